using System.Text;

namespace Gemel.Bench.Fleet;

/// <summary>Each message is one meter's three readings on its own topic; the meters are dealt to the connections in turn.</summary>
internal sealed class TwinWorkload : Workload
{
    public TwinWorkload(int connections)
    {
        if (connections < 1 || Meters.Count % connections != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(connections), connections, $"It must divide {Meters.Count}.");
        }
        Connections = connections;
    }

    public override int Connections { get; }

    public override int Positions => Meters.Count / Connections;

    public override int ValuesPerMessage => Meters.Properties.Count;

    public override string Topic(int connection, int position) => $"twins/{Meters.Id(MeterAt(connection, position))}/data";

    public override string Payload(int connection, int position, int variant)
    {
        int meter = MeterAt(connection, position);
        StringBuilder json = new("{");
        for (int property = 0; property < Meters.Properties.Count; property++)
        {
            json.Append(property == 0 ? "" : ",").Append('"').Append(Meters.Properties[property]).Append("\":").Append(Readings.Text(meter, property, variant));
        }
        return json.Append('}').ToString();
    }

    public override (int Connection, int Position) PlaceOf(int meter, int property) => (meter % Connections, meter / Connections);

    private int MeterAt(int connection, int position) => (position * Connections) + connection;
}
