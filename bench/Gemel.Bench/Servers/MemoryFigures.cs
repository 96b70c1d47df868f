namespace Gemel.Bench.Servers;

/// <param name="PrivateBytes">Anonymous memory of the process, resident or swapped.</param>
/// <param name="ManagedBytes">Of these, the heap that .NET collects; the rest is native.</param>
internal readonly record struct MemoryFigures(long PrivateBytes, long ManagedBytes);
