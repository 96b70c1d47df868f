namespace Gemel;

/// <summary>How far a value can be trusted, after OPC UA. The numbers are part of the stored formats.</summary>
public enum Quality : byte
{
    Good = 0,
    Uncertain = 1,
    Bad = 2,
}

/// <summary>The names of qualities and of the reasons that the server itself gives.</summary>
public static class QualityNames
{
    /// <summary>The device sent null: there is no value; the last one stays.</summary>
    public const string NoValue = "noValue";
    /// <summary>The claimed source time was beyond <c>Ingest:MaxAhead</c> or before 2000.</summary>
    public const string Clock = "clock";
    /// <summary>A value that does not fit the schema came.</summary>
    public const string Invalid = "invalid";
    /// <summary>The device is lost.</summary>
    public const string CommLost = "commLost";
    /// <summary>The server restarted and the value has not been refreshed since.</summary>
    public const string Restarted = "restarted";
    /// <summary>The value did not come as often as its model or configuration says.</summary>
    public const string Stale = "stale";

    private static readonly string[] Names = ["good", "uncertain", "bad"];

    public static string Name(this Quality quality) => Names[(int)quality];

    public static bool TryParse(ReadOnlySpan<byte> utf8, out Quality quality)
    {
        quality = utf8.SequenceEqual("bad"u8) ? Quality.Bad : utf8.SequenceEqual("uncertain"u8) ? Quality.Uncertain : Quality.Good;
        return quality != Quality.Good || utf8.SequenceEqual("good"u8);
    }
}
