using System.Runtime.InteropServices;

namespace Gemel.History;

/// <summary>fsync of a folder, which .NET has no call for. Windows needs none: NTFS journals its names.</summary>
internal static partial class DirectorySync
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        int handle = Open(path, ReadOnly);
        if (handle < 0)
        {
            throw new IOException($"The folder '{path}' cannot be opened: error {Marshal.GetLastPInvokeError()}.");
        }
        int result = Fsync(handle);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result != 0)
        {
            throw new IOException($"The folder '{path}' cannot be synced: error {error}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
