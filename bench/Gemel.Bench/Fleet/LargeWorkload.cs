namespace Gemel.Bench.Fleet;

/// <summary>Each message is all numbers of one twin on its own topic; the twins are dealt to the connections in turn.</summary>
internal sealed class LargeWorkload(LargeFleet fleet, int connections) : Workload
{
    // So that the packets of a million twins still fit into the loader's memory.
    private const int MostPackets = 400_000;

    public override int Connections => connections;

    public override int Positions => fleet.Twins / connections;

    public override int ValuesPerMessage => fleet.Numbers;

    public override int Variants => Math.Clamp(MostPackets / fleet.Twins, 2, Readings.Variants);

    public override string Topic(int connection, int position) => $"twins/{LargeFleet.Id(TwinAt(connection, position))}/data";

    public override string Payload(int connection, int position, int variant) => fleet.Payload(TwinAt(connection, position), variant, time: null);

    public override (int Connection, int Position) PlaceOf(int meter, int property) => (meter % connections, meter / connections);

    private int TwinAt(int connection, int position) => (position * connections) + connection;
}
