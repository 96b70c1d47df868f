using System.Runtime.InteropServices;

namespace Gemel.Bench.LowLevel;

/// <summary>The page cache, by way of the C library (Linux).</summary>
internal static partial class Linux
{
    private const int DontNeed = 4;

    /// <summary>Lets the kernel forget what it holds of a file, so that the next reader reads the disk: posix_fadvise(2). What is not
    /// written yet stays.</summary>
    public static void Forget(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        // SAFETY: the descriptor is open until the stream is disposed.
        _ = Advise((int)stream.SafeFileHandle.DangerousGetHandle(), 0, 0, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, long offset, long length, int advice);
}
