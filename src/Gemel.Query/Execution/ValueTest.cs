using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>A question to one value. Immutable and shared between threads.</summary>
internal abstract class ValueTest
{
    /// <summary>Roughly in nanoseconds.</summary>
    public virtual int Cost => 5;

    /// <summary>Only the kind of the value matters, not the value itself.</summary>
    public virtual bool IsOfKindOnly => false;

    /// <param name="value">May be undefined.</param>
    /// <param name="scratch">Not the one that holds the value.</param>
    public abstract Truth Test(in Scalar value, Scratch scratch);
}
