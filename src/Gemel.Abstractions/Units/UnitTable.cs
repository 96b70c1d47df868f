namespace Gemel;

/// <summary>The table behind <see cref="Units"/>.</summary>
/// <remarks>Names: DTDL.v2.md, chapter "Semantic types", and DTDL.quantitativeTypes.v1.md to v3.md. Factors: the SI Brochure (9th
/// edition) and NIST SP 811, appendix B. Where a name leaves a choice: pound, ounce and ton (short) are forces; gallon and fluid ounce are of
/// the United States; horsepower is mechanical; British thermal units are of the International Table; a year has 365.25 days;
/// columns of mercury and water are conventional ones (0 °C and 4 °C).</remarks>
internal static class UnitTable
{
    private const double Kibi = 1024;
    private const double Mebi = Kibi * Kibi;
    private const double Gibi = Mebi * Kibi;
    private const double Tebi = Gibi * Kibi;
    private const double Exbi = Tebi * Mebi;
    private const double Zebi = Exbi * Kibi;
    private const double Yobi = Zebi * Kibi;
    private const double Inch = 0.0254;
    private const double Foot = 0.3048;
    private const double Mile = 1609.344;
    private const double Pound = 0.45359237;
    private const double PoundForce = 4.4482216152605;
    private const double BritishThermalUnit = 1055.05585262;
    private const double GallonInLitres = 3.785411784;
    private const double Electronvolt = 1.602176634e-19;
    private const double Hour = 3600;
    private const double Year = 31_557_600;

    public static readonly IReadOnlyList<Unit> All =
    [
        .. Of("Acceleration", new("metrePerSecondSquared", "m/s²", 1), new("centimetrePerSecondSquared", "cm/s²", 1, 100),
            new("millimetrePerSecondSquared", "mm/s²", 1, 1000), new("kilometrePerSecondSquared", "km/s²", 1000), new("gForce", "g", 9.80665)),
        .. Of("Angle", new("radian", "rad", 1), new("degreeOfArc", "°", Math.PI, 180), new("minuteOfArc", "′", Math.PI, 10_800),
            new("secondOfArc", "″", Math.PI, 648_000), new("turn", "turn", 2 * Math.PI)),
        .. Of("AngularAcceleration", new Unit("radianPerSecondSquared", "rad/s²", 1)),
        .. Of("AngularVelocity", new("radianPerSecond", "rad/s", 1), new("degreePerSecond", "°/s", Math.PI, 180), new("revolutionPerSecond", "rps", 2 * Math.PI),
            new("revolutionPerMinute", "rpm", Math.PI, 30)),
        .. Of("ApparentEnergy", new("voltAmpereHour", "VAh", 1), new("millivoltAmpereHour", "mVAh", 1, 1000), new("kilovoltAmpereHour", "kVAh", 1e3),
            new("megavoltAmpereHour", "MVAh", 1e6), new("gigavoltAmpereHour", "GVAh", 1e9)),
        .. Of("ApparentPower", new("voltAmpere", "VA", 1), new("millivoltAmpere", "mVA", 1, 1000), new("kilovoltAmpere", "kVA", 1e3),
            new("megavoltAmpere", "MVA", 1e6), new("gigavoltAmpere", "GVA", 1e9)),
        .. Of("Area", new("squareMetre", "m²", 1), new("squareCentimetre", "cm²", 1, 1e4), new("squareMillimetre", "mm²", 1, 1e6), new("squareKilometre", "km²", 1e6),
            new("hectare", "ha", 1e4), new("squareFoot", "ft²", Foot * Foot), new("squareInch", "in²", Inch * Inch), new("acre", "ac", 4046.8564224)),
        .. Of("Capacitance", new("farad", "F", 1), new("millifarad", "mF", 1, 1e3), new("microfarad", "µF", 1, 1e6), new("nanofarad", "nF", 1, 1e9), new("picofarad", "pF", 1, 1e12)),
        .. Of("Charge", new("coulomb", "C", 1), new("ampereHour", "Ah", Hour), new("milliampereHour", "mAh", Hour, 1000)),
        .. Of("Current", new("ampere", "A", 1), new("picoampere", "pA", 1, 1e12), new("nanoampere", "nA", 1, 1e9), new("microampere", "µA", 1, 1e6),
            new("milliampere", "mA", 1, 1e3), new("kiloampere", "kA", 1e3)),
        .. Of("DataRate", new("bitPerSecond", "bit/s", 1), new("kibibitPerSecond", "Kibit/s", Kibi), new("mebibitPerSecond", "Mibit/s", Mebi), new("gibibitPerSecond", "Gibit/s", Gibi),
            new("tebibitPerSecond", "Tibit/s", Tebi), new("exbibitPerSecond", "Eibit/s", Exbi), new("zebibitPerSecond", "Zibit/s", Zebi), new("yobibitPerSecond", "Yibit/s", Yobi),
            new("bytePerSecond", "B/s", 8), new("kibibytePerSecond", "KiB/s", 8 * Kibi), new("mebibytePerSecond", "MiB/s", 8 * Mebi), new("gibibytePerSecond", "GiB/s", 8 * Gibi),
            new("tebibytePerSecond", "TiB/s", 8 * Tebi), new("exbibytePerSecond", "EiB/s", 8 * Exbi), new("zebibytePerSecond", "ZiB/s", 8 * Zebi), new("yobibytePerSecond", "YiB/s", 8 * Yobi)),
        .. Of("DataSize", new("bit", "bit", 1), new("kibibit", "Kibit", Kibi), new("mebibit", "Mibit", Mebi), new("gibibit", "Gibit", Gibi), new("tebibit", "Tibit", Tebi),
            new("exbibit", "Eibit", Exbi), new("zebibit", "Zibit", Zebi), new("yobibit", "Yibit", Yobi), new("byte", "B", 8), new("kibibyte", "KiB", 8 * Kibi),
            new("mebibyte", "MiB", 8 * Mebi), new("gibibyte", "GiB", 8 * Gibi), new("tebibyte", "TiB", 8 * Tebi), new("exbibyte", "EiB", 8 * Exbi),
            new("zebibyte", "ZiB", 8 * Zebi), new("yobibyte", "YiB", 8 * Yobi)),
        .. Of("Density", new("kilogramPerCubicMetre", "kg/m³", 1), new("gramPerCubicMetre", "g/m³", 1, 1e3), new("milligramPerCubicMetre", "mg/m³", 1, 1e6),
            new("microgramPerCubicMetre", "µg/m³", 1, 1e9)),
        .. Of("DynamicViscosity", new("pascalSecond", "Pa·s", 1), new("millipascalSecond", "mPa·s", 1, 1000), new("poise", "P", 1, 10), new("centipoise", "cP", 1, 1000),
            new("millipoise", "mP", 1, 10_000)),
        .. Of("Energy", new("joule", "J", 1), new("kilojoule", "kJ", 1e3), new("megajoule", "MJ", 1e6), new("gigajoule", "GJ", 1e9), new("electronvolt", "eV", Electronvolt),
            new("megaelectronvolt", "MeV", Electronvolt * 1e6), new("wattHour", "Wh", Hour), new("milliwattHour", "mWh", Hour, 1000), new("kilowattHour", "kWh", Hour * 1e3),
            new("megawattHour", "MWh", Hour * 1e6), new("gigawattHour", "GWh", Hour * 1e9), new("terawattHour", "TWh", Hour * 1e12),
            new("britishThermalUnit", "BTU", BritishThermalUnit), new("kiloBritishThermalUnit", "kBTU", BritishThermalUnit * 1e3)),
        .. Of("Force", new("newton", "N", 1), new("pound", "lbf", PoundForce), new("ounce", "ozf", PoundForce, 16), new("ton", "tonf", PoundForce * 2000)),
        .. Of("Frequency", new("hertz", "Hz", 1), new("millihertz", "mHz", 1, 1000), new("kilohertz", "kHz", 1e3), new("megahertz", "MHz", 1e6), new("gigahertz", "GHz", 1e9)),
        .. Of("GasLeakageRate", new("pascalCubicMetrePerSecond", "Pa·m³/s", 1), new("decapascalCubicMetrePerSecond", "daPa·m³/s", 10),
            new("hectopascalCubicMetrePerSecond", "hPa·m³/s", 100), new("kilopascalCubicMetrePerSecond", "kPa·m³/s", 1000)),
        .. Of("Illuminance", new("lux", "lx", 1), new("footcandle", "fc", 1, Foot * Foot)),
        .. Of("Inductance", new("henry", "H", 1), new("millihenry", "mH", 1, 1e3), new("microhenry", "µH", 1, 1e6)),
        // Absorbed and equivalent dose are listed together, but one gray is no fixed number of sieverts.
        .. OfDimension("IonizingRadiationDose", "AbsorbedDose", new("gray", "Gy", 1), new("milligray", "mGy", 1, 1e3), new("microgray", "µGy", 1, 1e6)),
        .. OfDimension("IonizingRadiationDose", "EquivalentDose", new("sievert", "Sv", 1), new("millisievert", "mSv", 1, 1e3), new("microsievert", "µSv", 1, 1e6)),
        .. Of("Irradiance", new Unit("wattPerSquareMetre", "W/m²", 1)),
        .. Of("KinematicViscosity", new("squareMetrePerSecond", "m²/s", 1), new("stokes", "St", 1, 1e4), new("centistokes", "cSt", 1, 1e6)),
        .. Of("Length", new("metre", "m", 1), new("centimetre", "cm", 1, 100), new("millimetre", "mm", 1, 1e3), new("micrometre", "µm", 1, 1e6), new("nanometre", "nm", 1, 1e9),
            new("kilometre", "km", 1e3), new("foot", "ft", Foot), new("inch", "in", Inch), new("mile", "mi", Mile), new("nauticalMile", "nmi", 1852), new("astronomicalUnit", "au", 149_597_870_700)),
        .. Of("Luminance", new Unit("candelaPerSquareMetre", "cd/m²", 1)),
        .. Of("LuminousFlux", new Unit("lumen", "lm", 1)),
        .. Of("LuminousIntensity", new Unit("candela", "cd", 1)),
        .. Of("MagneticFlux", new("weber", "Wb", 1), new("maxwell", "Mx", 1, 1e8)),
        .. Of("MagneticInduction", new("tesla", "T", 1), new("gauss", "G", 1, 1e4)),
        .. Of("Mass", new("kilogram", "kg", 1), new("gram", "g", 1, 1e3), new("milligram", "mg", 1, 1e6), new("microgram", "µg", 1, 1e9), new("tonne", "t", 1e3),
            new("slug", "slug", 14.593902937206), new("massPound", "lb", Pound)),
        .. Of("MassFlowRate", new("kilogramPerSecond", "kg/s", 1), new("gramPerSecond", "g/s", 1, 1000), new("kilogramPerHour", "kg/h", 1, Hour),
            new("gramPerHour", "g/h", 1, Hour * 1000), new("massPoundPerHour", "lb/h", Pound, Hour)),
        .. Of("Power", new("watt", "W", 1), new("microwatt", "µW", 1, 1e6), new("milliwatt", "mW", 1, 1e3), new("kilowatt", "kW", 1e3), new("megawatt", "MW", 1e6), new("gigawatt", "GW", 1e9),
            new("horsepower", "hp", 745.69987158227022), new("joulePerSecond", "J/s", 1), new("kilojoulePerSecond", "kJ/s", 1e3), new("joulePerHour", "J/h", 1, Hour),
            new("kilojoulePerHour", "kJ/h", 1e3, Hour), new("megajoulePerHour", "MJ/h", 1e6, Hour), new("gigajoulePerHour", "GJ/h", 1e9, Hour),
            new("britishThermalUnitPerHour", "BTU/h", BritishThermalUnit, Hour), new("kiloBritishThermalUnitPerHour", "kBTU/h", BritishThermalUnit * 1e3, Hour),
            new("kilowattHourPerYear", "kWh/yr", Hour * 1e3, Year), new("tonOfRefrigeration", "TR", BritishThermalUnit * 12_000, Hour)),
        .. Of("Pressure", new("pascal", "Pa", 1), new("decapascal", "daPa", 10), new("hectopascal", "hPa", 100), new("kilopascal", "kPa", 1e3), new("bar", "bar", 1e5), new("millibar", "mbar", 100),
            new("millimetresOfMercury", "mmHg", 133.322387415), new("poundPerSquareInch", "psi", PoundForce, Inch * Inch), new("inchesOfMercury", "inHg", 3386.388640341),
            new("inchesOfWater", "inH₂O", 249.08891)),
        .. Of("Radioactivity", new("becquerel", "Bq", 1), new("kilobecquerel", "kBq", 1e3), new("megabecquerel", "MBq", 1e6), new("gigabecquerel", "GBq", 1e9)),
        .. Of("ReactiveEnergy", new("voltAmpereReactiveHour", "varh", 1), new("kilovoltAmpereReactiveHour", "kvarh", 1e3), new("megavoltAmpereReactiveHour", "Mvarh", 1e6),
            new("gigavoltAmpereReactiveHour", "Gvarh", 1e9)),
        .. Of("ReactivePower", new("voltAmpereReactive", "var", 1), new("millivoltAmpereReactive", "mvar", 1, 1000), new("kilovoltAmpereReactive", "kvar", 1e3),
            new("megavoltAmpereReactive", "Mvar", 1e6), new("gigavoltAmpereReactive", "Gvar", 1e9)),
        .. Of("ReciprocalLength", new("reciprocalMetre", "m⁻¹", 1), new("reciprocalCentimetre", "cm⁻¹", 100), new("reciprocalMillimetre", "mm⁻¹", 1e3), new("reciprocalMicrometre", "µm⁻¹", 1e6),
            new("reciprocalNanometre", "nm⁻¹", 1e9), new("reciprocalKilometre", "km⁻¹", 1, 1e3)),
        .. Of("ReciprocalTime", new("reciprocalSecond", "s⁻¹", 1), new("reciprocalMinute", "min⁻¹", 1, 60)),
        .. Of("Resistance", new("ohm", "Ω", 1), new("milliohm", "mΩ", 1, 1000), new("kiloohm", "kΩ", 1e3), new("megaohm", "MΩ", 1e6)),
        .. Of("SoundPressure", new("bel", "B", 1), new("decibel", "dB", 1, 10)),
        // The base is the Celsius degree: the two scales people read convert with the fewest roundings.
        .. Of("Temperature", new("degreeCelsius", "°C", 1), new("kelvin", "K", 1, 1, -273.15), new("degreeFahrenheit", "°F", 5, 9, -32)),
        .. Of("Time", new("second", "s", 1), new("millisecond", "ms", 1, 1e3), new("microsecond", "µs", 1, 1e6), new("nanosecond", "ns", 1, 1e9), new("minute", "min", 60),
            new("hour", "h", Hour), new("day", "d", 86_400), new("year", "yr", Year)),
        .. Of("Torque", new Unit("newtonMetre", "N·m", 1)),
        .. Of("Unitless", new("unity", "", 1), new("percent", "%", 1, 100), new("partsPerMillion", "ppm", 1, 1e6), new("partsPerBillion", "ppb", 1, 1e9), new("partsPerTrillion", "ppt", 1, 1e12),
            new("partsPerQuadrillion", "ppq", 1, 1e15)),
        .. Of("Velocity", new("metrePerSecond", "m/s", 1), new("centimetrePerSecond", "cm/s", 1, 100), new("millimetrePerSecond", "mm/s", 1, 1000), new("kilometrePerSecond", "km/s", 1e3),
            new("metrePerHour", "m/h", 1, Hour), new("kilometrePerHour", "km/h", 1e3, Hour), new("milePerHour", "mph", Mile, Hour), new("milePerSecond", "mi/s", Mile), new("knot", "kn", 1852, Hour)),
        .. Of("Voltage", new("volt", "V", 1), new("millivolt", "mV", 1, 1e3), new("microvolt", "µV", 1, 1e6), new("kilovolt", "kV", 1e3), new("megavolt", "MV", 1e6)),
        .. Of("Volume", new("litre", "l", 1), new("millilitre", "ml", 1, 1e3), new("cubicMetre", "m³", 1e3), new("cubicCentimetre", "cm³", 1, 1e3), new("cubicFoot", "ft³", 28.316846592),
            new("cubicInch", "in³", 0.016387064), new("fluidOunce", "fl oz", GallonInLitres, 128), new("gallon", "gal", GallonInLitres)),
        // The extension gives m³ as the symbol of the two cubicCentimetre units; that is a slip.
        .. Of("VolumeFlowRate", new("litrePerSecond", "l/s", 1), new("millilitrePerSecond", "ml/s", 1, 1e3), new("litrePerMinute", "l/min", 1, 60), new("millilitrePerMinute", "ml/min", 1, 60_000),
            new("litrePerHour", "l/h", 1, Hour), new("millilitrePerHour", "ml/h", 1, Hour * 1e3), new("gallonPerMinute", "gal/min", GallonInLitres, 60), new("gallonPerHour", "gal/h", GallonInLitres, Hour),
            new("cubicFootPerMinute", "ft³/min", 28.316846592, 60), new("cubicMetrePerHour", "m³/h", 1e3, Hour), new("cubicMetrePerMinute", "m³/min", 1e3, 60), new("cubicMetrePerSecond", "m³/s", 1e3),
            new("cubicCentimetrePerMinute", "cm³/min", 1, 60_000), new("cubicCentimetrePerSecond", "cm³/s", 1, 1e3)),
    ];

    private static IEnumerable<Unit> Of(string quantity, params Unit[] units) => OfDimension(quantity, quantity, units);

    private static IEnumerable<Unit> OfDimension(string quantity, string dimension, params Unit[] units) =>
        units.Select(u => u with { Quantity = quantity, Dimension = dimension });
}
