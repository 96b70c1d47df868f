namespace Gemel.History;

/// <summary>A sum that keeps what rounding loses: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation
/// endlicher Summen", ZAMM 54 (1974); products split exactly by a fused multiply-add.</summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _lost;

    public readonly double Value => _sum + _lost;

    public void Add(double value)
    {
        double sum = _sum + value;
        _lost += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }

    public void AddProduct(double left, double right)
    {
        double product = left * right;
        Add(product);
        _lost += Math.FusedMultiplyAdd(left, right, -product);
    }
}
