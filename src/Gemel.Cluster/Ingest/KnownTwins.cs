using System.Runtime.InteropServices;
using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>The twins a sender has published for of late, so that a topic that comes again costs one comparison.</summary>
/// <remarks>
/// A direct-mapped table: twins whose ids fall on one place push each other out, which costs a look-up and no more; so its hash
/// need not withstand an attacker. It grows as it fills, to 64 Ki places.
/// What is in it was live and allowed when it came in: the caller asks <see cref="Twin.IsLive"/>, and clears it when rights change.
/// Threading: one caller at a time.
/// </remarks>
internal sealed class KnownTwins
{
    private const int FirstPlaces = 64;
    private const int MostPlaces = 1 << 16;
    private const ulong Mix = 0x9E3779B97F4A7C15;

    private Twin?[] _places = [];
    private int _filled;

    /// <summary>The twin of that id where it is known and still live.</summary>
    public Twin? Find(ReadOnlySpan<char> id)
    {
        if (_places.Length == 0)
        {
            return null;
        }
        Twin? twin = _places[PlaceOf(id)];
        return twin is not null && id.SequenceEqual(twin.Id.Value) && twin.IsLive ? twin : null;
    }

    public void Add(Twin twin)
    {
        if (_places.Length == 0)
        {
            _places = new Twin?[FirstPlaces];
        }
        ref Twin? place = ref _places[PlaceOf(twin.Id.Value)];
        _filled += place is null ? 1 : 0;
        place = twin;
        if (_filled > _places.Length / 2 && _places.Length < MostPlaces)
        {
            Grow();
        }
    }

    public void Clear()
    {
        _places = [];
        _filled = 0;
    }

    private void Grow()
    {
        Twin?[] before = _places;
        _places = new Twin?[before.Length * 2];
        _filled = 0;
        foreach (Twin? twin in before)
        {
            if (twin is { IsLive: true })
            {
                ref Twin? place = ref _places[PlaceOf(twin.Id.Value)];
                _filled += place is null ? 1 : 0;
                place = twin;
            }
        }
    }

    private int PlaceOf(ReadOnlySpan<char> id)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(id);
        ulong hash = (ulong)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(bytes)) * Mix;
            hash ^= hash >> 32;
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte rest in bytes)
        {
            hash = (hash ^ rest) * Mix;
        }
        return (int)(hash >> 40) & (_places.Length - 1);
    }
}
