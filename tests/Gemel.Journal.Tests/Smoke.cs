namespace Gemel.Journal.Tests;

public class Smoke
{
    [Fact]
    public void Works()
    {
        string root = Directory.CreateTempSubdirectory("gemel-journal").FullName;
        using var folder = DataFolder.Open(DiskFiles.Instance, root, new Timestamp(638_000_000_000_000_000), "0.1.0");
        var options = new CommitLogOptions { SegmentBytes = 1000, TailBytes = 300 };
        using (var log = CommitLog.Open(DiskFiles.Instance, folder.Journal, folder.Instance, options))
        {
            for (int i = 1; i <= 100; i++) log.Append(i, new Timestamp(i), new byte[i]);
        }
        using (var log = CommitLog.Open(DiskFiles.Instance, folder.Journal, folder.Instance, options))
        {
            Assert.Equal(100, log.Last);
            for (int i = 101; i <= 110; i++) log.Append(i, new Timestamp(i), new byte[i]);
            using var reader = log.ReadFrom(1);
            for (int i = 1; i <= 110; i++) { Assert.True(reader.TryRead(out var r)); Assert.Equal(i, r.Commit); Assert.Equal(i, r.Payload.Length); }
            Assert.False(reader.TryRead(out _));
        }
    }
}
