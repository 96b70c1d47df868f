using System.Diagnostics.CodeAnalysis;

namespace Gemel;

/// <summary>A value, or every error found in the caller's input.</summary>
public readonly struct Outcome<T>
{
    private readonly T? _value;
    private readonly IReadOnlyList<GemelError>? _errors;

    private Outcome(T? value, IReadOnlyList<GemelError>? errors) => (_value, _errors) = (value, errors);

    public IReadOnlyList<GemelError> Errors => _errors ?? [];

    public bool IsSuccess => _errors is null;

    /// <summary>The value.</summary>
    /// <exception cref="GemelException">The outcome holds errors.</exception>
    public T Value => _errors is null ? _value! : throw new GemelException(_errors);

    public static Outcome<T> Success(T value) => new(value, null);

    /// <param name="errors">At least one.</param>
    public static Outcome<T> Failure(IReadOnlyList<GemelError> errors) => new(default, errors);

    public bool TryGetValue([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return _errors is null;
    }

    public static implicit operator Outcome<T>(T value) => Success(value);

    public static implicit operator Outcome<T>(GemelError error) => Failure([error]);
}
