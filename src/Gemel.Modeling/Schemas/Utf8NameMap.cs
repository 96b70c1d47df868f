using System.Text;

namespace Gemel.Modeling;

/// <summary>Finds a value by its UTF-8 name without making a string: open addressing over FNV-1a hashes.</summary>
internal sealed class Utf8NameMap<T>
    where T : class
{
    private readonly (byte[] Name, uint Hash, T Value)[] _slots;
    private readonly int _mask;

    public Utf8NameMap(IEnumerable<KeyValuePair<string, T>> entries)
    {
        KeyValuePair<string, T>[] all = [.. entries];
        int size = 4;
        while (size < all.Length * 2)
        {
            size *= 2;
        }
        _slots = new (byte[], uint, T)[size];
        _mask = size - 1;
        foreach ((string name, T value) in all)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            uint hash = Hash(utf8);
            int at = (int)hash & _mask;
            while (_slots[at].Name is not null)
            {
                at = (at + 1) & _mask;
            }
            _slots[at] = (utf8, hash, value);
        }
    }

    public T? Find(ReadOnlySpan<byte> name)
    {
        uint hash = Hash(name);
        for (int at = (int)hash & _mask; ; at = (at + 1) & _mask)
        {
            ref (byte[] Name, uint Hash, T Value) slot = ref _slots[at];
            if (slot.Name is null)
            {
                return null;
            }
            if (slot.Hash == hash && name.SequenceEqual(slot.Name))
            {
                return slot.Value;
            }
        }
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte b in name)
        {
            hash = (hash ^ b) * 16777619;
        }
        return hash ^ (hash >> 15);
    }
}
