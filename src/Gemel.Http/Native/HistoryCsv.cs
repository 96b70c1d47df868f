using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;
using HistoryBucket = Gemel.History.HistoryBucket;
using HistoryValue = Gemel.History.HistoryValue;

namespace Gemel.Http.Native;

/// <summary>History as CSV (RFC 4180, UTF-8): <c>t,path,v,q</c>, or <c>t,path,n</c> and a column per function.</summary>
/// <remarks>Texts stand as they are, other values as their JSON; no value is an empty field.</remarks>
internal static class HistoryCsv
{
    public const string ContentType = "text/csv; charset=utf-8";

    private const string LineEnd = "\r\n";

    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    public static void Write(IBufferWriter<byte> output, ImmutableArray<HistorySeries> series)
    {
        StringBuilder text = new("t,path,v,q" + LineEnd);
        foreach (HistorySeries one in series)
        {
            foreach (HistoryPoint point in one.Points)
            {
                text.Append(point.Time.ToString()).Append(',');
                AppendField(text, one.Path);
                text.Append(',');
                AppendField(text, ValueText(point.ValueJson.Span));
                text.Append(',').Append(point.Quality.Name()).Append(LineEnd);
            }
        }
        Copy(text, output);
    }

    public static void Write(IBufferWriter<byte> output, ImmutableArray<BucketSeries> series, ImmutableArray<BucketColumn> columns)
    {
        StringBuilder text = new("t,path,n");
        foreach (BucketColumn column in columns)
        {
            text.Append(',').Append(column.Name);
        }
        text.Append(LineEnd);
        foreach (BucketSeries one in series)
        {
            foreach (HistoryBucket bucket in one.Buckets)
            {
                text.Append(bucket.Start.ToString()).Append(',');
                AppendField(text, one.Path);
                text.Append(',').Append(bucket.Count);
                foreach (BucketColumn column in columns)
                {
                    text.Append(',');
                    AppendField(text, FunctionText(column, bucket));
                }
                text.Append(LineEnd);
            }
        }
        Copy(text, output);
    }

    private static string FunctionText(BucketColumn column, in HistoryBucket bucket)
    {
        if (column.Number(bucket) is { } number && double.IsFinite(number))
        {
            return number.ToString("R", CultureInfo.InvariantCulture);
        }
        return column.Value(bucket) is { } value ? ValueText(value) : "";
    }

    private static string ValueText(in HistoryValue value) => value.Kind switch
    {
        ValueKind.None => "",
        ValueKind.Boolean => value.Bits != 0 ? "true" : "false",
        ValueKind.Integer => value.Bits.ToString(CultureInfo.InvariantCulture),
        ValueKind.Single => ((float)value.Number).ToString("R", CultureInfo.InvariantCulture),
        ValueKind.Double => value.Number.ToString("R", CultureInfo.InvariantCulture),
        _ => Encoding.UTF8.GetString(value.Text.Span),
    };

    private static string ValueText(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != (byte)'"')
        {
            return Encoding.UTF8.GetString(json);
        }
        Utf8JsonReader reader = new(json);
        reader.Read();
        return reader.GetString()!;
    }

    private static void AppendField(StringBuilder text, string value)
    {
        if (value.AsSpan().IndexOfAny(NeedsQuotes) < 0)
        {
            text.Append(value);
            return;
        }
        text.Append('"').Append(value.Replace("\"", "\"\"")).Append('"');
    }

    private static void Copy(StringBuilder text, IBufferWriter<byte> output)
    {
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
        {
            Encoding.UTF8.GetBytes(chunk.Span, output);
        }
    }
}
