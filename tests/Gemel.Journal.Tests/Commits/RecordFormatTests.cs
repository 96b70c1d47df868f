using System.Text;

namespace Gemel.Journal.Tests;

public sealed class RecordFormatTests
{
    // Golden bytes: a stored format changes by a new version, never by accident.
    private const string GoldenHeader =
        "47454d454c4a524e01000000000000000f5c1ab87e2d4a369a552c1d8e3f7b9001000000000000000000000000000000"
        + "00000000000000003b6732f09fd2cdd6afc8c8e8bb48da5bf6d40a6a098e881c14151c34187188efb06f971a486ce3b2";

    private const string GoldenRecord =
        "4752454305000000acc2e385423e342e01000000000000000080794b1d2fde083b6732f09fd2cdd6afc8c8e8bb48da5b"
        + "f6d40a6a098e881c14151c34187188ef67656d656c";

    private const string GoldenWitness =
        "47454d454c57495401000000000000000f5c1ab87e2d4a369a552c1d8e3f7b9001000000000000000100000000000000"
        + "10c5833191e8c12ba1e6145b88ee8d4f370ecbfa2669a9f16d7516809016accb00000000000000005356bbd6de1b34ef";

    [Fact]
    public void The_bytes_on_disk_are_the_documented_ones()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using (CommitLog log = TestLog.Open(disk))
        {
            log.Append(1, new Timestamp(639_000_000_000_000_000), Encoding.ASCII.GetBytes("gemel"));
        }
        byte[] file = disk.Bytes(TestLog.SegmentPath(1));
        Assert.Equal(GoldenHeader, Convert.ToHexStringLower(file.AsSpan(0, SegmentHeader.Size)));
        Assert.Equal(GoldenRecord, Convert.ToHexStringLower(file.AsSpan(SegmentHeader.Size)));
        Assert.Equal(GoldenWitness, Convert.ToHexStringLower(disk.Bytes(Path.Combine(TestLog.Folder, "witness")).AsSpan(4096)));
    }
}
