using System.Text;

namespace Gemel.Bench.Fleet;

/// <summary>One gateway sends the readings of all meters as tags, 400 a message, which its mapping resolves.</summary>
internal sealed class GatewayWorkload : Workload
{
    private const int TagsPerMessage = 400;

    public override int Connections => 1;

    public override int Positions => Meters.Count * Meters.Properties.Count / TagsPerMessage;

    public override int ValuesPerMessage => TagsPerMessage;

    public override string Topic(int connection, int position) => $"devices/{Meters.GatewayId}/data";

    public override string Payload(int connection, int position, int variant)
    {
        StringBuilder json = new("{");
        for (int tag = position * TagsPerMessage; tag < (position + 1) * TagsPerMessage; tag++)
        {
            (int meter, int property) = Math.DivRem(tag, Meters.Properties.Count);
            json.Append(json.Length == 1 ? "" : ",").Append("\"M").Append(Meters.Number(meter)).Append('.').Append(Meters.Properties[property])
                .Append("\":").Append(Readings.Text(meter, property, variant));
        }
        return json.Append('}').ToString();
    }

    public override (int Connection, int Position) PlaceOf(int meter, int property) => (0, ((meter * Meters.Properties.Count) + property) / TagsPerMessage);
}
