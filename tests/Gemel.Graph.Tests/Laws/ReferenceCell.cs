namespace Gemel.Graph.Tests.Laws;

/// <summary>A cell as the contract describes it, immutable, without regard to cost.</summary>
internal sealed record ReferenceCell
{
    private static readonly long Oldest = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    public static ReferenceCell Empty { get; } = new();

    public object? Value { get; init; }
    public Quality Quality { get; init; }
    public string? Reason { get; init; }
    public long Newest { get; init; }
    public long Source { get; init; }
    public long Server { get; init; }
    public bool IsFromDevice { get; init; }
    public bool BroughtValue { get; init; }

    /// <summary>The cell after a device's sample; itself where the sample is late or a repetition.</summary>
    public ReferenceCell After(Sample sample, long source, long server)
    {
        Quality quality = sample.Value is null ? Quality.Bad : sample.Quality;
        string? reason = sample.Value is null ? sample.Reason ?? QualityNames.NoValue : sample.Reason;
        if (source != 0 && (source > server + TimeSpan.FromSeconds(60).Ticks || source < Oldest))
        {
            (source, reason, quality) = (0, QualityNames.Clock, quality == Quality.Good ? Quality.Uncertain : quality);
        }
        bool isLate = source != 0 && source < Newest;
        bool isRepetition = source != 0 && source == Newest && source == Source && IsFromDevice
            && (quality, reason, sample.Value is not null) == (Quality, Reason, BroughtValue) && Equals(sample.Value ?? Value, Value);
        return isLate || isRepetition ? this : new ReferenceCell
        {
            Value = sample.Value ?? Value,
            Quality = quality,
            Reason = reason,
            // Server time stands in for a time that was not given, not for one that was not believed.
            Newest = Math.Max(Newest, source == 0 && reason != QualityNames.Clock ? server : source),
            Source = source,
            Server = server,
            IsFromDevice = true,
            BroughtValue = sample.Value is not null,
        };
    }

    /// <summary>The cell after a write; a null value clears it.</summary>
    public ReferenceCell Written(object? value, long source, long server) =>
        new() { Value = value, Newest = Newest, Source = source, Server = server };
}
