namespace Gemel.History;

/// <summary>Ticks and the nanoseconds since 1970 of the files.</summary>
internal static class FileTime
{
    /// <summary>First and last time that nanoseconds since 1970 can say, in whole seconds.</summary>
    public static readonly Timestamp Min = Timestamp.FromUnixMilliseconds(-9_223_372_036_000);
    public static readonly Timestamp Max = Timestamp.FromUnixMilliseconds(9_223_372_036_000);

    /// <summary>A time outside the range of the files, such as a claimed one, becomes the nearest one within.</summary>
    public static long ToNanoseconds(long ticks) => new Timestamp(Math.Clamp(ticks, Min.Ticks, Max.Ticks)).UnixNanoseconds;

    public static long ToTicks(long nanoseconds) => Timestamp.FromUnixNanoseconds(nanoseconds).Ticks;
}
