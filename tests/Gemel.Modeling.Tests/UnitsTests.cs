using CsCheck;

namespace Gemel.Modeling.Tests;

public sealed class UnitsTests
{
    [Theory]
    [InlineData("degreeFahrenheit", "degreeCelsius", 212, 100)]
    [InlineData("degreeCelsius", "degreeFahrenheit", 37, 98.6)]
    [InlineData("kelvin", "degreeCelsius", 273.15, 0)]
    [InlineData("bar", "kilopascal", 2.5, 250)]
    [InlineData("poundPerSquareInch", "pascal", 1, 6894.757293168)]
    [InlineData("litrePerMinute", "cubicMetrePerHour", 100, 6)]
    [InlineData("revolutionPerMinute", "revolutionPerSecond", 1500, 25)]
    [InlineData("kilowattHour", "megajoule", 1, 3.6)]
    [InlineData("milePerHour", "kilometrePerHour", 60, 96.56064)]
    [InlineData("percent", "unity", 55, 0.55)]
    [InlineData("gallonPerMinute", "litrePerMinute", 1, 3.785411784)]
    [InlineData("horsepower", "kilowatt", 1, 0.74569987158227)]
    [InlineData("kibibyte", "bit", 1, 8192)]
    [InlineData("inchesOfWater", "millibar", 1, 2.4908891)]
    public void Known_conversions_come_out(string from, string to, double value, double expected)
    {
        Assert.True(Units.TryConvert(from, to, value, out double converted));
        Assert.Equal(expected, converted, 1e-12 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Every_unit_converts_to_each_of_its_kind_and_back()
    {
        string[] units = [.. Units.All];
        Gen.Select(Gen.Int[0, units.Length - 1], Gen.Int[0, units.Length - 1], Gen.Double[-1e6, 1e6]).Sample((one, other, value) =>
        {
            (string from, string to) = (units[one], units[other]);
            if (Units.TryConvert(from, to, value, out double there))
            {
                Assert.Equal(Units.QuantityOf(from), Units.QuantityOf(to));
                Assert.True(Units.TryConvert(to, from, there, out double back));
                Assert.Equal(value, back, 1e-9 * Math.Max(1, Math.Abs(value)));
            }
        }, iter: 20_000);
    }

    [Fact]
    public void Equal_units_change_nothing_even_where_they_are_not_known()
    {
        Assert.True(Units.TryConvert("furlong", "furlong", 0.1 + 0.2, out double converted));
        Assert.Equal(0.1 + 0.2, converted);
    }

    [Theory]
    [InlineData("kelvin", "bar")]
    [InlineData("gray", "sievert")]
    [InlineData("furlong", "metre")]
    [InlineData("pound", "massPound")]
    public void Units_that_do_not_measure_the_same_do_not_convert(string from, string to)
    {
        Assert.False(Units.TryConvert(from, to, 1, out _));
    }

    [Fact]
    public void Every_semantic_type_has_units_and_symbols_are_for_people()
    {
        Assert.Equal(268, Units.All.Distinct().Count());
        Assert.All(SemanticTypes.OfExtension(3), t => Assert.NotEmpty(Units.OfQuantity(t.Quantity!)));
        Assert.Equal(("°C", "l/min", "furlong"), (Units.SymbolOf("degreeCelsius"), Units.SymbolOf("litrePerMinute"), Units.SymbolOf("furlong")));
    }
}
