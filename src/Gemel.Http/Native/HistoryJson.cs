using System.Collections.Immutable;
using System.Text.Json;
using Gemel.Cluster;
using HistoryBucket = Gemel.History.HistoryBucket;
using HistoryValue = Gemel.History.HistoryValue;

namespace Gemel.Http.Native;

/// <summary>History as JSON: <c>{"twinId","from","to","series":[…]}</c>.</summary>
internal static class HistoryJson
{
    public static void WriteRange(Utf8JsonWriter json, HistoryQuery query)
    {
        json.WriteString("twinId"u8, query.Twin.Value);
        WriteBound(json, "from"u8, query.From);
        WriteBound(json, "to"u8, query.To);
    }

    // Always there, so that a reader tells "no bound was asked" from "this server does not say": null.
    private static void WriteBound(Utf8JsonWriter json, ReadOnlySpan<byte> member, Timestamp bound)
    {
        if (bound.IsNone)
        {
            json.WriteNull(member);
        }
        else
        {
            WriteTime(json, member, bound);
        }
    }

    public static void WriteSeries(Utf8JsonWriter json, ImmutableArray<HistorySeries> series)
    {
        json.WriteStartArray("series"u8);
        foreach (HistorySeries one in series)
        {
            WriteHead(json, one.Path, one.Unit);
            foreach (HistoryPoint point in one.Points)
            {
                WritePoint(json, point);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void WriteSeries(Utf8JsonWriter json, ImmutableArray<BucketSeries> series, ImmutableArray<BucketColumn> columns)
    {
        json.WriteStartArray("series"u8);
        foreach (BucketSeries one in series)
        {
            WriteHead(json, one.Path, one.Unit);
            foreach (HistoryBucket bucket in one.Buckets)
            {
                WriteBucket(json, bucket, columns);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteHead(Utf8JsonWriter json, string path, string? unit)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, path);
        if (unit is not null)
        {
            json.WriteString("unit"u8, unit);
        }
        json.WriteStartArray("points"u8);
    }

    private static void WritePoint(Utf8JsonWriter json, in HistoryPoint point)
    {
        json.WriteStartObject();
        WriteTime(json, "t"u8, point.Time);
        json.WritePropertyName("v"u8);
        if (point.ValueJson.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(point.ValueJson.Span, skipInputValidation: true);
        }
        if (point.Quality != Quality.Good)
        {
            json.WriteString("q"u8, point.Quality.Name());
        }
        if (point.Reason is { } reason)
        {
            json.WriteString("reason"u8, reason);
        }
        json.WriteEndObject();
    }

    private static void WriteBucket(Utf8JsonWriter json, in HistoryBucket bucket, ImmutableArray<BucketColumn> columns)
    {
        json.WriteStartObject();
        WriteTime(json, "t"u8, bucket.Start);
        json.WriteNumber("n"u8, bucket.Count);
        foreach (BucketColumn column in columns)
        {
            if (column.Number(bucket) is { } number && double.IsFinite(number))
            {
                json.WriteNumber(column.Name, number);
            }
            else if (column.Value(bucket) is { Kind: not ValueKind.None } value)
            {
                json.WritePropertyName(column.Name);
                WriteValue(json, value);
            }
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, in HistoryValue value)
    {
        switch (value.Kind)
        {
            case ValueKind.Boolean:
                json.WriteBooleanValue(value.Bits != 0);
                break;
            case ValueKind.Integer:
                json.WriteNumberValue(value.Bits);
                break;
            case ValueKind.Single:
                json.WriteNumberValue((float)value.Number);
                break;
            case ValueKind.Double:
                json.WriteNumberValue(value.Number);
                break;
            case ValueKind.Json:
                json.WriteRawValue(value.Text.Span, skipInputValidation: true);
                break;
            default:
                json.WriteStringValue(value.Text.Span);
                break;
        }
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> member, Timestamp time)
    {
        Span<byte> text = stackalloc byte[Timestamp.FormattedLength];
        json.WriteString(member, text[..time.Format(text)]);
    }
}
