using System.Text;
using Gemel.EndToEnd.Clients;

namespace Gemel.EndToEnd.RealInput;

/// <summary>A value of a row.</summary>
/// <param name="Path">Property or telemetry, with its component: <c>motor.current</c>.</param>
/// <param name="Json">The value as JSON; numbers with the digits of the recording.</param>
internal readonly record struct RecordedValue(string Path, string Json);

/// <summary>What a device measured at one moment.</summary>
/// <param name="Time">RFC 3339 with seven digits, as the server writes times.</param>
/// <param name="Payload">What the device sends.</param>
internal sealed record RecordedRow(string Time, IReadOnlyList<RecordedValue> Values, byte[] Payload);

/// <summary>The recording of one device, in order of time.</summary>
/// <param name="Twin">Twin and device.</param>
internal sealed record RecordedRun(string Twin, string Model, IReadOnlyList<RecordedRow> Rows)
{
    public IReadOnlyList<string> Paths { get; } = [.. Rows[0].Values.Select(v => v.Path)];

    public int ValueCount { get; } = Rows.Sum(r => r.Values.Count);

    public IReadOnlyList<OutgoingMessage> Messages() => [.. Rows.Select(row => new OutgoingMessage($"twins/{Twin}/data", row.Payload))];

    /// <summary>A row of values without components.</summary>
    public static RecordedRow FlatRow(string time, IReadOnlyList<RecordedValue> values)
    {
        StringBuilder json = new($$"""{"$time":"{{time}}" """);
        foreach (RecordedValue value in values)
        {
            json.Append($",\"{value.Path}\":{value.Json}");
        }
        return new RecordedRow(time, values, Encoding.UTF8.GetBytes(json.Append('}').ToString()));
    }
}
