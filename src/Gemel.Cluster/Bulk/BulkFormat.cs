namespace Gemel.Cluster;

/// <summary>The file of imports and exports: NDJSON as Azure Digital Twins' import jobs take it.</summary>
/// <remarks>
/// <c>{"Section":"Header"}</c>, a line <c>{"fileVersion":"1.0.0",…}</c>, then in this order, each optional, <c>{"Section":"Models"}</c> and a DTDL
/// interface a line, <c>{"Section":"Twins"}</c> and a twin a line, <c>{"Section":"Relationships"}</c> and a relationship a line, whose source is
/// <c>$dtId</c>. Source: Azure Digital Twins, "Import models, twins, and relationships in bulk".
/// </remarks>
internal static class BulkFormat
{
    public const string FileVersion = "1.0.0";
    public const string Section = "Section";
    public const string SourceId = "$dtId";
    public const string OtherSourceId = "$sourceId";
    public const string RelationshipId = "$relationshipId";

    /// <summary>Longest line that is read.</summary>
    public const int MostLineBytes = 32 << 20;
}

/// <summary>Where in the file a line stands; the values are their order.</summary>
internal enum ImportSection
{
    None,
    Header,
    Models,
    Twins,
    Relationships,
}
