namespace Gemel.Journal.Tests;

/// <summary>Records whose contents follow from their number, and checks against them.</summary>
internal static class TestLog
{
    public const string Folder = "/data/journal";

    public static readonly Guid Instance = Guid.Parse("0f5c1ab8-7e2d-4a36-9a55-2c1d8e3f7b90");

    /// <summary>Small, so that a few records roll files and leave the memory.</summary>
    public static readonly CommitLogOptions Small = new() { SegmentBytes = 500, TailBytes = 300, MaxPayloadBytes = 4096 };

    /// <summary>As <see cref="Small"/>, but nearly nothing is kept in memory.</summary>
    public static readonly CommitLogOptions FilesOnly = Small with { TailBytes = 0 };

    public static SimulatedDisk NewDisk(int seed = 0)
    {
        var disk = new SimulatedDisk(seed);
        disk.CreateFolder(Folder);
        return disk;
    }

    public static CommitLog Open(IJournalFiles disk, CommitLogOptions? options = null) => CommitLog.Open(disk, Folder, Instance, options ?? Small);

    public static byte[] Payload(long commit)
    {
        byte[] bytes = new byte[(commit * 37) % 151];
        new Random((int)commit).NextBytes(bytes);
        return bytes;
    }

    public static Timestamp Time(long commit) => new(638_000_000_000_000_000 + commit);

    public static void Append(this CommitLog log, long commit) => log.Append(commit, Time(commit), Payload(commit));

    public static void AppendTo(this CommitLog log, long last)
    {
        for (long commit = log.Last + 1; commit <= last; commit++)
        {
            log.Append(commit);
        }
    }

    /// <summary>All commits from <paramref name="from"/> to the head are there once, in order, chained, with their bytes.</summary>
    public static void AssertHolds(this CommitLog log, long from)
    {
        using CommitReader reader = log.ReadFrom(from);
        RecordHash hash = default;
        for (long commit = from; commit <= log.Last; commit++)
        {
            Assert.True(reader.TryRead(out CommitRecord record));
            Assert.Equal(commit, record.Commit);
            Assert.Equal(Time(commit), record.Time);
            Assert.Equal(Payload(commit), record.Payload.ToArray());
            hash = record.Hash;
        }
        Assert.False(reader.TryRead(out _));
        if (log.Last >= from)
        {
            Assert.Equal(log.Head.Hash, hash);
        }
    }

    public static string SegmentPath(long first) => Path.Combine(Folder, SegmentHeader.FileName(first));

    /// <summary>Turns one bit of a file over.</summary>
    public static void Flip(SimulatedDisk disk, string path, long bit)
    {
        byte[] bytes = [.. disk.Bytes(path)];
        bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        disk.Put(path, bytes);
    }
}
