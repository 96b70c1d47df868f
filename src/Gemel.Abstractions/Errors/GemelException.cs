namespace Gemel;

/// <summary>A failure with a code of the catalogue that ends an operation: the world's, or the caller's where no
/// <see cref="Outcome{T}"/> carries it.</summary>
public sealed class GemelException : Exception
{
    public GemelException(GemelError error, Exception? inner = null)
        : this([error], inner)
    {
    }

    /// <param name="errors">At least one; the first one is the main error.</param>
    public GemelException(IReadOnlyList<GemelError> errors, Exception? inner = null)
        : base(errors[0].ToString(), inner) => Errors = errors;

    public GemelError Error => Errors[0];

    public IReadOnlyList<GemelError> Errors { get; }

    public bool IsRetryable => Error.Code.IsRetryable;
}
