namespace Gemel.Modeling;

/// <summary>The semantic types that name a quantity, and the extension versions that have them.</summary>
/// <remarks>Source: DTDL.v2.md, chapter "Semantic types", and DTDL.quantitativeTypes.v1.md to v3.md.</remarks>
internal static class SemanticTypes
{
    /// <summary>Stands for version 2 of the language, which has the types of its own.</summary>
    private const int InLanguage = 0;

    private static readonly ElementClass[] DataClassesOfV2 = [ElementClass.Property, ElementClass.Telemetry];

    private static readonly ElementClass[] DataClasses =
    [
        ElementClass.Property, ElementClass.Telemetry, ElementClass.Field, ElementClass.MapValue, ElementClass.CommandRequest, ElementClass.CommandResponse,
    ];

    /// <summary>Type, the quantity of its units, and the first extension version that has it.</summary>
    private static readonly (string Type, string Quantity, int Since)[] Rows =
    [
        ("Acceleration", "Acceleration", 0), ("Angle", "Angle", 0), ("AngularAcceleration", "AngularAcceleration", 0), ("AngularVelocity", "AngularVelocity", 0),
        ("ApparentEnergy", "ApparentEnergy", 1), ("ApparentPower", "ApparentPower", 1), ("Area", "Area", 0), ("Capacitance", "Capacitance", 0),
        ("Concentration", "Unitless", 1), ("Current", "Current", 0), ("DataRate", "DataRate", 0), ("DataSize", "DataSize", 0), ("Density", "Density", 0),
        ("Distance", "Length", 0), ("DynamicViscosity", "DynamicViscosity", 3), ("Efficiency", "Unitless", 3), ("ElectricCharge", "Charge", 0),
        ("Energy", "Energy", 0), ("EnergyRate", "Power", 1), ("Force", "Force", 0), ("Frequency", "Frequency", 0), ("GasLeakageRate", "GasLeakageRate", 3),
        ("Humidity", "Density", 0), ("Illuminance", "Illuminance", 0), ("Inductance", "Inductance", 0), ("IonizingRadiationDose", "IonizingRadiationDose", 1),
        ("Irradiance", "Irradiance", 1), ("KinematicViscosity", "KinematicViscosity", 3), ("Latitude", "Angle", 0), ("Length", "Length", 0), ("Longitude", "Angle", 0),
        ("Luminance", "Luminance", 0), ("Luminosity", "Power", 0), ("LuminousFlux", "LuminousFlux", 0), ("LuminousIntensity", "LuminousIntensity", 0),
        ("MagneticFlux", "MagneticFlux", 0), ("MagneticInduction", "MagneticInduction", 0), ("Mass", "Mass", 0), ("MassFlowRate", "MassFlowRate", 0),
        ("Power", "Power", 0), ("Pressure", "Pressure", 0), ("Radioactivity", "Radioactivity", 1), ("ReactiveEnergy", "ReactiveEnergy", 1),
        ("ReactivePower", "ReactivePower", 1), ("ReciprocalLength", "ReciprocalLength", 3), ("ReciprocalTime", "ReciprocalTime", 3), ("RelativeDensity", "Unitless", 1),
        ("RelativeHumidity", "Unitless", 0), ("RelativeMeasure", "Unitless", 3), ("Resistance", "Resistance", 0), ("Scale", "Unitless", 3),
        ("SoundPressure", "SoundPressure", 0), ("Temperature", "Temperature", 0), ("Throttle", "Unitless", 3), ("Thrust", "Force", 0), ("TimeSpan", "Time", 0),
        ("Torque", "Torque", 0), ("Velocity", "Velocity", 0), ("Voltage", "Voltage", 0), ("Volume", "Volume", 0), ("VolumeFlowRate", "VolumeFlowRate", 0),
    ];

    /// <summary>The types that version 2 of the language brings.</summary>
    public static IEnumerable<CoType> OfLanguageVersion2() => Rows.Where(r => r.Since == InLanguage).Select(r =>
        new CoType(r.Type, $"dtmi:standard:class:{r.Type};2") { Classes = DataClassesOfV2, Versions = [2], Quantity = r.Quantity, Need = SchemaNeed.Number });

    /// <summary>The types of <c>dtmi:dtdl:extension:quantitativeTypes;{version}</c>.</summary>
    public static IEnumerable<CoType> OfExtension(int version) => Rows.Where(r => r.Since <= version).Select(r =>
        new CoType(r.Type, $"dtmi:dtdl:extension:quantitativeTypes:v{version}:class:{r.Type}")
        {
            Classes = DataClasses,
            Versions = version == 1 ? [3] : [3, 4],
            Quantity = r.Quantity,
            Need = SchemaNeed.Number,
        });
}
