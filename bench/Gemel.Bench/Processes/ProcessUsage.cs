namespace Gemel.Bench.Processes;

/// <param name="WrittenBytes">Sent to the disk, pages that were overwritten or dropped before that not counted.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long WrittenBytes, long MemoryBytes, long PeakMemoryBytes);
