using System.Diagnostics;
using Gemel.Bench.Load;
using Microsoft.Win32.SafeHandles;

namespace Gemel.Bench.Scenarios;

/// <summary>A bare append with fsync on the disk of the data folders, again and again.</summary>
internal static class SyncProbe
{
    private const int RecordBytes = 4096;

    /// <returns>Microseconds of one append and sync.</returns>
    public static Percentiles Measure(string folder, double seconds)
    {
        string path = Path.Combine(folder, "sync-probe");
        byte[] record = new byte[RecordBytes];
        Random.Shared.NextBytes(record);
        List<double> micros = [];
        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            long started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                long begin = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, record, (long)micros.Count * RecordBytes);
                RandomAccess.FlushToDisk(file);
                micros.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            }
        }
        File.Delete(path);
        return Percentiles.Of(micros);
    }
}
