namespace Gemel;

/// <summary>One DTDL unit. A value in it is <c>(value + Offset) * Scale / Divisor</c> in the base unit of its dimension.</summary>
/// <param name="Name">DTDL name: <c>litrePerMinute</c>.</param>
/// <param name="Symbol">For display: <c>l/min</c>.</param>
/// <param name="Scale">Together with <paramref name="Divisor"/> the factor as a fraction, so that whole ratios stay exact.</param>
internal sealed record Unit(string Name, string Symbol, double Scale, double Divisor = 1, double Offset = 0)
{
    /// <summary>Quantity whose units this one is listed with; equal to <see cref="Dimension"/> but for a few.</summary>
    public string Quantity { get; init; } = "";

    /// <summary>Units of one dimension convert into each other.</summary>
    public string Dimension { get; init; } = "";
}
