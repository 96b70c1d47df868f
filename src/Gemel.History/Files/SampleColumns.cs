using ParquetSharp;
using ParquetSharp.Schema;

namespace Gemel.History;

/// <summary>The columns of a sample file, in their order. Part of the stored format: see docs/reference/history-files.md.</summary>
internal static class SampleColumns
{
    public const int Twin = 0;
    public const int Path = 1;
    public const int Unit = 2;
    public const int Time = 3;
    public const int Kind = 4;
    public const int Value = 5;
    public const int Integer = 6;
    public const int Text = 7;
    public const int Quality = 8;
    public const int Reason = 9;
    public const int Flags = 10;
    public const int ServerTime = 11;
    public const int ClaimedTime = 12;
    public const int Commit = 13;
    public const int Series = 14;
    public const int Key = 15;

    /// <summary>The names of kinds in the files, by <see cref="ValueKind"/>.</summary>
    public static readonly string[] KindNames = ["none", "boolean", "integer", "float", "double", "enum", "string", "json"];

    public static GroupNode Schema()
    {
        using LogicalType text = LogicalType.String();
        using LogicalType time = LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Nanos);
        using LogicalType unsigned = LogicalType.Int(64, isSigned: false);
        using LogicalType none = LogicalType.None();
        Node[] columns =
        [
            Column("twin", Repetition.Required, text, PhysicalType.ByteArray),
            Column("path", Repetition.Required, text, PhysicalType.ByteArray),
            Column("unit", Repetition.Optional, text, PhysicalType.ByteArray),
            Column("time", Repetition.Required, time, PhysicalType.Int64),
            Column("kind", Repetition.Required, text, PhysicalType.ByteArray),
            Column("value", Repetition.Optional, none, PhysicalType.Double),
            Column("integer", Repetition.Optional, none, PhysicalType.Int64),
            Column("text", Repetition.Optional, text, PhysicalType.ByteArray),
            Column("quality", Repetition.Required, text, PhysicalType.ByteArray),
            Column("reason", Repetition.Optional, text, PhysicalType.ByteArray),
            Column("flags", Repetition.Required, none, PhysicalType.Int32),
            Column("server_time", Repetition.Required, time, PhysicalType.Int64),
            Column("claimed_time", Repetition.Optional, time, PhysicalType.Int64),
            Column("commit", Repetition.Required, none, PhysicalType.Int64),
            Column("series", Repetition.Required, none, PhysicalType.Int32),
            Column("key", Repetition.Required, unsigned, PhysicalType.Int64),
        ];
        return new GroupNode("samples", Repetition.Required, columns);
    }

    /// <summary>Sorted or near-constant columns take little as deltas or dictionaries; measured in decision 0004.</summary>
    public static WriterProperties Properties()
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Compression.Zstd).CompressionLevel(1).CreatedBy("Gemel").Version(ParquetVersion.PARQUET_2_6);
        foreach (string delta in (ReadOnlySpan<string>)["time", "server_time", "commit", "series"])
        {
            builder.DisableDictionary(delta).Encoding(delta, Encoding.DeltaBinaryPacked);
        }
        builder.DisableDictionary("value").DisableDictionary("integer").DisableDictionary("text");
        foreach (string unordered in (ReadOnlySpan<string>)["text", "reason", "unit", "kind", "flags", "path", "quality"])
        {
            builder.DisableStatistics(unordered);
        }
        return builder.Build();
    }

    private static PrimitiveNode Column(string name, Repetition repetition, LogicalType logical, PhysicalType physical) =>
        new(name, repetition, logical, physical);
}
