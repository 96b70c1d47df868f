namespace Gemel.Journal;

/// <summary>Tells the disk's failures from our own bugs, and names them.</summary>
internal static class JournalFailure
{
    // errno.h and winerror.h: ENOSPC, EDQUOT; ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static bool IsOfDisk(Exception failure) => failure is IOException or UnauthorizedAccessException;

    public static GemelException OfWrite(string path, Exception failure) => new(
        failure.HResult is NoSpace or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull
            ? JournalErrors.DiskFull.With(path)
            : JournalErrors.WriteFailed.With(path, failure.Message),
        failure);
}
