namespace Gemel;

/// <summary>How a value is held. The numbers are part of the stored formats.</summary>
public enum ValueKind : byte
{
    /// <summary>There is no value (null, or never set).</summary>
    None = 0,
    /// <summary>Bits are 0 or 1.</summary>
    Boolean = 1,
    /// <summary>Bits are a signed 64-bit integer; DTDL integer and long.</summary>
    Integer = 2,
    /// <summary>Bits are those of the double that the 32-bit float widens to; written out with the float's digits.</summary>
    Single = 3,
    /// <summary>Bits are those of a finite double.</summary>
    Double = 4,
    /// <summary>Bits are the ordinal of the enum value within its DTDL Enum.</summary>
    Enum = 5,
    /// <summary>UTF-8 text; DTDL string, date, dateTime, duration, time, each as given.</summary>
    Text = 6,
    /// <summary>Compact UTF-8 JSON; DTDL Object, Map, Array and geospatial values.</summary>
    Json = 7,
}
