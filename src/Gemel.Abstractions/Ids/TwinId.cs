using System.Diagnostics.CodeAnalysis;

namespace Gemel;

/// <summary>Names a twin: see <see cref="IdRules"/>; compared ordinally.</summary>
/// <remarks>The default value names nothing and is refused by every public entry.</remarks>
public readonly record struct TwinId : ISpanParsable<TwinId>
{
    private TwinId(string value) => Value = value;

    /// <summary>The name as given; null only in the default value.</summary>
    public string Value { get; }

    /// <summary>Wraps a value that <see cref="IdRules"/> accepts.</summary>
    /// <exception cref="GemelException">GMA001, the value breaks a rule of ids.</exception>
    public static TwinId Create(string value) =>
        IdRules.IsValid(value, out string problem)
            ? new TwinId(value)
            : throw new GemelException(CommonErrors.InvalidId.With("twin", value, problem));

    public static bool TryCreate(string? value, out TwinId id)
    {
        bool valid = IdRules.IsValid(value, out _);
        id = valid ? new TwinId(value!) : default;
        return valid;
    }

    public static TwinId Parse(string s, IFormatProvider? provider) => Create(s);

    public static TwinId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Create(s.ToString());

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TwinId result) => TryCreate(s, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out TwinId result) => TryCreate(s.ToString(), out result);

    public override string ToString() => Value ?? "";
}
