namespace Gemel.Journal.Tests;

internal enum DiskFault
{
    None,

    /// <summary>EIO; what was to be written may be written in part.</summary>
    Error,

    /// <summary>ENOSPC; likewise.</summary>
    Full,

    /// <summary>The machine stops in the middle of the call.</summary>
    PowerLoss,
}

/// <summary>Not an <see cref="IOException"/>: nothing may catch it.</summary>
internal sealed class PowerLostException() : Exception("The power is gone.");
