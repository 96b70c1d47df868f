namespace Gemel.Bench;

/// <summary>A run that does not count: a server lost something, or answered what it must not.</summary>
internal sealed class BenchException(string message) : Exception(message);
