using Apache.Arrow;
using Apache.Arrow.Types;
using ParquetSharp;

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

    public static readonly TimestampType TimeType = new(Apache.Arrow.Types.TimeUnit.Nanosecond, "UTC");

    public static readonly DictionaryType NameType = new(Int32Type.Default, StringType.Default, ordered: false);

    public static readonly Apache.Arrow.Schema Schema = new(
        [
            new Field("twin", NameType, nullable: false),
            new Field("path", NameType, nullable: false),
            new Field("unit", NameType, nullable: true),
            new Field("time", TimeType, nullable: false),
            new Field("kind", NameType, nullable: false),
            new Field("value", DoubleType.Default, nullable: true),
            new Field("integer", Int64Type.Default, nullable: true),
            new Field("text", StringType.Default, nullable: true),
            new Field("quality", NameType, nullable: false),
            new Field("reason", NameType, nullable: true),
            new Field("flags", Int32Type.Default, nullable: false),
            new Field("server_time", TimeType, nullable: false),
            new Field("claimed_time", TimeType, nullable: true),
            new Field("commit", Int64Type.Default, nullable: false),
            new Field("series", Int32Type.Default, nullable: false),
            new Field("key", UInt64Type.Default, nullable: false),
        ],
        metadata: null);

    /// <summary>Sorted or near-constant columns take little as deltas or dictionaries; measured in decision 0004.</summary>
    public static WriterProperties Properties()
    {
        using var builder = new WriterPropertiesBuilder();
        // SizeStatistics count the bytes of every text: nobody asks for them.
        builder.SetSizeStatisticsLevel(SizeStatisticsLevel.None);
        builder.Compression(Compression.Zstd).CompressionLevel(1).CreatedBy("Gemel").Version(ParquetVersion.PARQUET_2_6);
        foreach (string delta in (ReadOnlySpan<string>)["time", "server_time", "commit"])
        {
            builder.DisableDictionary(delta).Encoding(delta, Encoding.DeltaBinaryPacked);
        }
        foreach (string plain in (ReadOnlySpan<string>)["value", "integer", "text", "flags", "series", "key"])
        {
            builder.DisableDictionary(plain);
        }
        foreach (string unordered in (ReadOnlySpan<string>)["text", "reason", "unit", "kind", "flags", "path", "quality", "value", "integer", "key"])
        {
            builder.DisableStatistics(unordered);
        }
        return builder.Build();
    }
}
