using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>Where a value of a row comes from. Immutable and shared between threads; what it needs to work lies in the batch.</summary>
internal abstract class Operand
{
    /// <summary>What reading one value costs, roughly in nanoseconds: filters are ordered by it.</summary>
    public abstract int Cost { get; }

    /// <summary>The value of a row; undefined where it has none.</summary>
    public abstract Scalar Read(RowBatch batch, int row, Scratch scratch);

    /// <summary>The value as JSON, as GET shows it; empty where it is undefined.</summary>
    public abstract ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch);

    protected static ReadOnlySpan<byte> Quote(ReadOnlySpan<byte> utf8, Scratch scratch)
    {
        scratch.Json.ResetWrittenCount();
        Graph.TwinJson.WriteText(utf8, scratch.Json);
        return scratch.Json.WrittenSpan;
    }
}
