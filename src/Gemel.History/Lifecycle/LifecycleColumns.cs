using ParquetSharp;
using ParquetSharp.Schema;

namespace Gemel.History;

/// <summary>The columns of a lifecycle file, in their order. Part of the stored format: see docs/reference/history-files.md.</summary>
internal static class LifecycleColumns
{
    public static readonly string[] SubjectNames = ["twin", "relationship", "model"];
    public static readonly string[] ActionNames = ["created", "replaced", "updated", "deleted"];

    public static GroupNode Schema()
    {
        using LogicalType text = LogicalType.String();
        using LogicalType time = LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Nanos);
        using LogicalType unsigned = LogicalType.Int(64, isSigned: false);
        using LogicalType none = LogicalType.None();
        Node[] columns =
        [
            new PrimitiveNode("commit", Repetition.Required, none, PhysicalType.Int64),
            new PrimitiveNode("time", Repetition.Required, time, PhysicalType.Int64),
            new PrimitiveNode("subject", Repetition.Required, text, PhysicalType.ByteArray),
            new PrimitiveNode("action", Repetition.Required, text, PhysicalType.ByteArray),
            new PrimitiveNode("id", Repetition.Required, text, PhysicalType.ByteArray),
            new PrimitiveNode("key", Repetition.Required, unsigned, PhysicalType.Int64),
            new PrimitiveNode("model", Repetition.Optional, text, PhysicalType.ByteArray),
            new PrimitiveNode("source", Repetition.Optional, text, PhysicalType.ByteArray),
            new PrimitiveNode("target", Repetition.Optional, text, PhysicalType.ByteArray),
            new PrimitiveNode("name", Repetition.Optional, text, PhysicalType.ByteArray),
            new PrimitiveNode("document", Repetition.Optional, text, PhysicalType.ByteArray),
        ];
        return new GroupNode("lifecycle", Repetition.Required, columns);
    }

    public static WriterProperties Properties()
    {
        using var builder = new WriterPropertiesBuilder();
        return builder.Compression(Compression.Zstd).CompressionLevel(1).CreatedBy("Gemel").Version(ParquetVersion.PARQUET_2_6)
            .DisableDictionary("document").DisableStatistics("document").Build();
    }
}
