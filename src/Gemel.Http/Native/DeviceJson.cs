using System.Text.Json;
using System.Xml;
using Gemel.Cluster;

namespace Gemel.Http.Native;

/// <summary>A device as clients see it; never its secret's hash.</summary>
internal static class DeviceJson
{
    public static void Write(Utf8JsonWriter json, DeviceRecord device, DevicePresence presence)
    {
        json.WriteStartObject();
        WriteSettings(json, device);
        WritePresence(json, presence);
        json.WriteEndObject();
    }

    /// <summary>With the secret where it was just made.</summary>
    public static void Write(Utf8JsonWriter json, DeviceRegistration registration)
    {
        json.WriteStartObject();
        WriteSettings(json, registration.Device);
        if (registration.Secret is { } secret)
        {
            json.WriteString("secret"u8, secret);
        }
        json.WriteEndObject();
    }

    private static void WriteSettings(Utf8JsonWriter json, DeviceRecord device)
    {
        json.WriteString("deviceId"u8, device.Id.Value);
        json.WriteStartArray("twins"u8);
        foreach (TwinId twin in device.Twins)
        {
            json.WriteStringValue(twin.Value);
        }
        json.WriteEndArray();
        if (device.Mapping is { } mapping)
        {
            json.WriteString("mapping"u8, mapping);
        }
        if (device.Interval is { } interval)
        {
            json.WriteString("interval"u8, XmlConvert.ToString(interval));
        }
        if (device.RequiresCertificate)
        {
            json.WriteBoolean("requireCertificate"u8, true);
        }
        json.WriteString("created"u8, device.Created.ToString());
    }

    private static void WritePresence(Utf8JsonWriter json, DevicePresence presence)
    {
        json.WriteBoolean("connected"u8, presence.IsConnected);
        WriteTime(json, "since"u8, presence.Since);
        WriteTime(json, "lastSeen"u8, presence.LastSeen);
        WriteText(json, "lastEnd"u8, presence.LastEnd);
        WriteText(json, "clientId"u8, presence.ClientId);
        WriteText(json, "remote"u8, presence.Remote);
        if (presence.Skew is { } skew)
        {
            json.WriteNumber("skewSeconds"u8, skew.TotalSeconds);
        }
        json.WriteNumber("messagesPerSecond"u8, Math.Round(presence.MessagesPerSecond, 3));
        json.WriteNumber("valuesPerSecond"u8, Math.Round(presence.ValuesPerSecond, 3));
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> member, Timestamp time)
    {
        if (!time.IsNone)
        {
            json.WriteString(member, time.ToString());
        }
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> member, string? text)
    {
        if (text is not null)
        {
            json.WriteString(member, text);
        }
    }
}
