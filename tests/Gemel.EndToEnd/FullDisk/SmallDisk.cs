using System.Diagnostics;

namespace Gemel.EndToEnd.FullDisk;

/// <summary>A file system in memory of a few megabytes, mounted for one test.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts one; skips the test where that is not allowed.</summary>
    public static SmallDisk Mount(int megabytes)
    {
        string path = Directory.CreateTempSubdirectory("gemel-small-").FullName;
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "gemel-test", path) is not 0)
        {
            Directory.Delete(path);
            Assert.Skip("Only root on Linux may mount a small file system.");
        }
        return new SmallDisk(path);
    }

    /// <summary>Takes all room that is left.</summary>
    public void Fill()
    {
        using FileStream filler = new(System.IO.Path.Combine(Path, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // There is none any more.
        }
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static int? Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;   // there is no such program
        }
    }
}
