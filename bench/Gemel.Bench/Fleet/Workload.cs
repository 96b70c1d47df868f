namespace Gemel.Bench.Fleet;

/// <summary>Which message each connection sends when: a fixed sheet of messages that covers every meter once, sent over and over, with
/// other readings each of <see cref="Readings.Variants"/> times.</summary>
internal abstract class Workload
{
    public const string TwinsName = "twins";
    public const string GatewayName = "gateway";

    public abstract int Connections { get; }

    /// <summary>Messages by which one connection covers its meters once.</summary>
    public abstract int Positions { get; }

    public abstract int ValuesPerMessage { get; }

    public abstract string Topic(int connection, int position);

    public abstract string Payload(int connection, int position, int variant);

    /// <summary>Connection and position of the message that carries this property of this meter.</summary>
    public abstract (int Connection, int Position) PlaceOf(int meter, int property);

    public int PositionOf(long message) => (int)(message % Positions);

    public int VariantOf(long message) => (int)(message / Positions % Readings.Variants);

    public static Workload Create(string name, int connections) => name switch
    {
        TwinsName => new TwinWorkload(connections),
        GatewayName => new GatewayWorkload(),
        _ => throw new ArgumentException($"There is no workload '{name}'.", nameof(name)),
    };
}
