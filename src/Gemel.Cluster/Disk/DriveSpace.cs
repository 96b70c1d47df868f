namespace Gemel.Cluster;

/// <summary>The file system's own figures.</summary>
public sealed class DriveSpace : IDiskSpace
{
    public static DriveSpace Instance { get; } = new();

    public DiskSpace Read(string folder)
    {
        DriveInfo drive = new(folder);
        return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
    }
}
