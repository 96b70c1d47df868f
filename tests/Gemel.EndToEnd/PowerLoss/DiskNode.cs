namespace Gemel.EndToEnd.PowerLoss;

/// <summary>A file or folder: what of it is on the platter, and what waits in the page cache.</summary>
internal sealed class DiskNode(bool isFolder)
{
    private const int Sector = 512;

    private readonly List<Change> _pending = [];
    private byte[] _durable = [];

    /// <param name="Data">Empty with a <paramref name="Length"/> of 0 or more: cut or extended to that length.</param>
    private readonly record struct Change(long Number, long Offset, ReadOnlyMemory<byte> Data, long Length)
    {
        public bool IsTruncation => Length >= 0;
    }

    public bool IsFolder { get; } = isFolder;

    public static DiskNode Of(byte[] durable) => new(isFolder: false) { _durable = durable };

    public void Write(long number, long offset, ReadOnlyMemory<byte> data) => _pending.Add(new Change(number, offset, data, -1));

    public void Truncate(long number, long length) => _pending.Add(new Change(number, 0, default, length));

    /// <summary>Everything up to an entry is on the platter.</summary>
    public void Sync(long covered)
    {
        foreach (Change change in _pending.Where(c => c.Number <= covered))
        {
            Apply(ref _durable, change);
        }
        _pending.RemoveAll(c => c.Number <= covered);
    }

    /// <summary>As Linux does: some pages are written, the others are clean all the same, and no later sync writes them.</summary>
    public void FailSync(long covered, Random random)
    {
        _durable = AfterPowerLoss(Survival.Any, random, covered);
        _pending.RemoveAll(c => c.Number <= covered);
    }

    /// <summary>What a program sees that is not interrupted.</summary>
    public byte[] Seen() => AfterPowerLoss(Survival.All, new Random(0));

    /// <summary>The contents that a power cut leaves behind.</summary>
    public byte[] AfterPowerLoss(Survival survival, Random random, long covered = long.MaxValue)
    {
        byte[] contents = [.. _durable];
        foreach (Change change in _pending.Where(c => c.Number <= covered))
        {
            int fate = survival switch { Survival.All => 1, Survival.None => 0, _ => random.Next(4) };
            if (fate == 1 || (fate > 1 && change.IsTruncation))
            {
                Apply(ref contents, change);
            }
            else if (fate > 1)
            {
                Tear(ref contents, change, isPrefix: fate == 2, random);
            }
        }
        return contents;
    }

    /// <summary>Some sectors of a write are on the platter: the first ones, or any. Those that are not hold what was there before,
    /// or zeros where the file was shorter.</summary>
    private static void Tear(ref byte[] contents, Change change, bool isPrefix, Random random)
    {
        int first = (int)(Sector - (change.Offset % Sector));
        int kept = isPrefix ? random.Next(change.Data.Length + 1) : 0;
        for (int at = 0, size = Math.Min(first, change.Data.Length); at < change.Data.Length; at += size, size = Math.Min(Sector, change.Data.Length - at))
        {
            if (isPrefix ? at + size <= kept : random.Next(2) == 0)
            {
                Apply(ref contents, change with { Offset = change.Offset + at, Data = change.Data.Slice(at, size) });
            }
        }
        // The length is a fact of its own, which may be there before the bytes are.
        long end = change.Offset + change.Data.Length;
        if (contents.Length < end && random.Next(2) == 0)
        {
            Array.Resize(ref contents, (int)end);
        }
    }

    private static void Apply(ref byte[] contents, Change change)
    {
        int length = change.IsTruncation ? (int)change.Length : Math.Max(contents.Length, (int)change.Offset + change.Data.Length);
        Array.Resize(ref contents, length);
        change.Data.Span.CopyTo(contents.AsSpan((int)change.Offset));
    }
}

/// <summary>What becomes of that which was not synced.</summary>
internal enum Survival
{
    None,
    All,

    /// <summary>Each change is lost, whole or torn, regardless of the others.</summary>
    Any,

    /// <summary>Of names: the first ones, as a journaling file system keeps them.</summary>
    First,
}
