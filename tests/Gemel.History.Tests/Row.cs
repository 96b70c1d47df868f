using System.Text;

namespace Gemel.History.Tests;

/// <summary>A sample as tests write it down.</summary>
internal sealed record Row(Timestamp Time, ValueKind Kind, long Bits, string? Text = null)
{
    public static readonly TwinKey DefaultTwin = TwinKey.Create(7, 1);

    public string Path { get; init; } = "speed";

    public string? Unit { get; init; }

    public TwinKey Twin { get; init; } = DefaultTwin;

    public Quality Quality { get; init; }

    public string? Reason { get; init; }

    public SampleFlags Flags { get; init; }

    public Timestamp Server { get; init; } = TestStore.Start;

    public Timestamp Claimed { get; init; }

    public static Row Number(double seconds, double value) =>
        new(TestStore.Start.Add(TimeSpan.FromSeconds(seconds)), ValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static Row Integer(double seconds, long value) => new(TestStore.Start.Add(TimeSpan.FromSeconds(seconds)), ValueKind.Integer, value);

    public static Row String(double seconds, string value) => new(TestStore.Start.Add(TimeSpan.FromSeconds(seconds)), ValueKind.Text, 0, value);

    public Sample ToSample(SeriesCatalog catalog) => new()
    {
        Series = catalog.GetOrAdd(Twin, $"pump-{Twin.Sequence}", Path, Unit),
        SourceTime = Time,
        ServerTime = Server,
        Kind = Kind,
        Bits = Bits,
        Text = Text is null ? default : Encoding.UTF8.GetBytes(Text),
        Quality = Quality,
        Reason = Reason,
        Flags = Flags,
        ClaimedTime = Claimed,
    };
}
