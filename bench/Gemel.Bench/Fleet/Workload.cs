using System.Globalization;

namespace Gemel.Bench.Fleet;

/// <summary>Which message each connection sends when: a fixed sheet of messages that covers every meter once, sent over and over, with
/// other readings each of <see cref="Variants"/> times.</summary>
internal abstract class Workload
{
    public const string TwinsName = "twins";
    public const string GatewayName = "gateway";

    private const string LargeName = "large:";

    public abstract int Connections { get; }

    /// <summary>Messages by which one connection covers its meters once.</summary>
    public abstract int Positions { get; }

    public abstract int ValuesPerMessage { get; }

    public abstract string Topic(int connection, int position);

    public abstract string Payload(int connection, int position, int variant);

    /// <summary>Connection and position of the message that carries this property of this meter.</summary>
    public abstract (int Connection, int Position) PlaceOf(int meter, int property);

    /// <summary>Readings per property before they begin again.</summary>
    public virtual int Variants => Readings.Variants;

    public int PositionOf(long message) => (int)(message % Positions);

    public int VariantOf(long message) => (int)(message / Positions % Variants);

    public static Workload Create(string name, int connections) => name switch
    {
        TwinsName => new TwinWorkload(connections),
        GatewayName => new GatewayWorkload(),
        _ when name.StartsWith(LargeName, StringComparison.Ordinal) => new LargeWorkload(LargeFleetOf(name), connections),
        _ => throw new ArgumentException($"There is no workload '{name}'.", nameof(name)),
    };

    public static string NameOf(LargeFleet fleet) => string.Create(CultureInfo.InvariantCulture, $"{LargeName}{fleet.Twins}:{fleet.Numbers}");

    private static LargeFleet LargeFleetOf(string name)
    {
        string[] parts = name.Split(':');
        return new LargeFleet(int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
    }
}
