using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gemel.Journal;

/// <summary>fsync of a folder, which .NET has no call for: it makes names durable on POSIX systems; elsewhere nothing is needed.</summary>
internal static partial class FolderSync
{
    // fcntl.h: O_RDONLY is 0 on every POSIX system; O_CLOEXEC is 0x80000 on Linux.
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <exception cref="IOException">The folder cannot be opened or flushed; HResult is the errno.</exception>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        int descriptor = Open(folder, ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            throw Failure(folder);
        }
        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failure(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string folder)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new IOException($"The folder '{folder}' could not be synced: {new Win32Exception(errno).Message}", errno);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
