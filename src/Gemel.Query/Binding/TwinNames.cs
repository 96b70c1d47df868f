namespace Gemel.Query.Binding;

/// <summary>The members of twins and relationships that no model names.</summary>
internal static class TwinNames
{
    public const string Id = "$dtId";
    public const string ETag = "$etag";
    public const string Metadata = "$metadata";
    public const string Model = "$model";
    public const string Telemetry = "$telemetry";
    public const string RelationshipId = "$relationshipId";
    public const string SourceId = "$sourceId";
    public const string TargetId = "$targetId";
    public const string RelationshipName = "$relationshipName";
}
