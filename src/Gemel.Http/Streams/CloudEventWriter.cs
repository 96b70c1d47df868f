using System.Text.Json;
using Gemel.Cluster;

namespace Gemel.Http.Streams;

/// <summary>Writes an event as CloudEvents 1.0 in JSON, with the types and data of Azure Digital Twins' notifications and
/// <c>data.values</c>: what was set, with time and quality.</summary>
/// <param name="source">What the events name as their source: the host under which clients reach this server.</param>
internal sealed class CloudEventWriter(string source)
{
    public void Write(Utf8JsonWriter json, TwinEvent change)
    {
        json.WriteStartObject();
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("id"u8, change.Telemetry?.MessageId ?? change.Token.ToString());
        json.WriteString("type"u8, TypeOf(change.Kind));
        json.WriteString("source"u8, change.Telemetry is null ? source : $"{source}/digitaltwins/{Uri.EscapeDataString(change.Twin.Value)}");
        if (SubjectOf(change) is { } subject)
        {
            json.WriteString("subject"u8, subject);
        }
        WriteTime(json, "time"u8, change.Time);
        json.WriteString("datacontenttype"u8, "application/json"u8);
        if (change.Kind == TwinEventKind.Telemetry)
        {
            json.WriteString("dataschema"u8, change.Model.Value);
        }
        json.WriteString("resumetoken"u8, change.Token.ToString());
        json.WriteString("actor"u8, change.Actor);
        json.WritePropertyName("data"u8);
        EventData.Write(json, change);
        json.WriteEndObject();
    }

    internal static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> member, Timestamp time)
    {
        Span<byte> text = stackalloc byte[Timestamp.FormattedLength];
        json.WriteString(member, text[..time.Format(text)]);
    }

    private static string TypeOf(TwinEventKind kind) => kind switch
    {
        TwinEventKind.TwinCreated => "Microsoft.DigitalTwins.Twin.Create",
        TwinEventKind.TwinUpdated => "Microsoft.DigitalTwins.Twin.Update",
        TwinEventKind.TwinDeleted => "Microsoft.DigitalTwins.Twin.Delete",
        TwinEventKind.RelationshipCreated => "Microsoft.DigitalTwins.Relationship.Create",
        TwinEventKind.RelationshipUpdated => "Microsoft.DigitalTwins.Relationship.Update",
        TwinEventKind.RelationshipDeleted => "Microsoft.DigitalTwins.Relationship.Delete",
        _ => "microsoft.iot.telemetry",
    };

    private static string? SubjectOf(TwinEvent change)
    {
        if (change.Telemetry is { } telemetry)
        {
            return telemetry.Component;
        }
        return change.Relationship is { } relationship ? $"{relationship.SourceId.Value}/relationships/{relationship.Id.Value}" : change.Twin.Value;
    }
}
