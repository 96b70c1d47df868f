namespace Gemel.Modeling;

/// <summary>What differs between the versions of the language: limits and switches.</summary>
/// <remarks>Source: DTDL.v2.md, DTDL.v3.md, DTDL.v4.md of the language's repository. A limit that a version does not have is
/// <see cref="Unlimited"/>.</remarks>
internal sealed record DtdlVersion
{
    public const int Unlimited = int.MaxValue;

    /// <summary>Bytes of JSON of one interface; from version 3 on in the language, for version 2 the service's.</summary>
    public const int MaxInterfaceBytes = 1024 * 1024;

    public const int MaxInterfaceIdLength = 128;

    public const int MaxDescriptionLength = 512;

    public const int MaxCommentLength = 512;

    public const int MaxIdLength = 2048;

    public required int Number { get; init; }

    public required int MaxNameLength { get; init; }

    public required int MaxDisplayNameLength { get; init; }

    /// <summary>Interfaces that one may extend directly.</summary>
    public int MaxExtends { get; init; } = Unlimited;

    /// <summary>Interfaces in the whole hierarchy of one.</summary>
    public int MaxExtendsInHierarchy { get; init; } = Unlimited;

    public required int MaxExtendsDepth { get; init; }

    /// <summary>Contents including the inherited ones.</summary>
    public int MaxContents { get; init; } = Unlimited;

    /// <summary>Elements of every kind in the hierarchy.</summary>
    public int MaxElements { get; init; } = Unlimited;

    public required int MaxSchemaDepth { get; init; }

    public int MaxEnumValues { get; init; } = Unlimited;

    public int MaxFields { get; init; } = Unlimited;

    public int MaxRelationshipProperties { get; init; } = Unlimited;

    public int MaxMultiplicity { get; init; } = Unlimited;

    /// <summary>An Enum has at least one value and an Object at least one field.</summary>
    public bool RefusesEmptySchemas { get; init; }

    /// <summary>Arrays, and geospatial values for they hold arrays, may be in the schema of a Property.</summary>
    public bool AllowsArraysInProperties { get; init; } = true;

    /// <summary>A DTMI must have an integer version; else it may be absent or major.minor.</summary>
    public bool NeedsIdVersion { get; init; }

    /// <summary>Types and properties that no context defines are taken without asking.</summary>
    public bool TakesUndefinedTerms { get; init; }

    /// <summary>Semantic types and units belong to the language, not to an extension.</summary>
    public bool HasSemanticTypes { get; init; }

    /// <summary>A command's request and response are CommandPayloads, not CommandRequest and CommandResponse.</summary>
    public bool HasCommandPayload { get; init; }

    /// <summary>JSON-LD keywords without a meaning in DTDL are refused, not ignored.</summary>
    public bool RefusesKeywords { get; init; } = true;

    /// <summary>A context may say <c>#limits</c> or <c>#limitless</c>.</summary>
    public bool AllowsLimitContexts { get; init; }

    public static DtdlVersion V2 { get; } = new()
    {
        Number = 2,
        MaxNameLength = 64,
        MaxDisplayNameLength = 64,
        MaxExtends = 2,
        MaxExtendsDepth = 10,
        MaxContents = 300,
        MaxSchemaDepth = 5,
        MaxEnumValues = 100,
        MaxFields = 30,
        MaxRelationshipProperties = 300,
        MaxMultiplicity = 500,
        RefusesEmptySchemas = true,
        AllowsArraysInProperties = false,
        NeedsIdVersion = true,
        TakesUndefinedTerms = true,
        HasSemanticTypes = true,
        HasCommandPayload = true,
        RefusesKeywords = false,
    };

    public static DtdlVersion V3 { get; } = new()
    {
        Number = 3,
        MaxNameLength = 512,
        MaxDisplayNameLength = 512,
        MaxExtendsInHierarchy = 1024,
        MaxExtendsDepth = 10,
        MaxElements = 100_000,
        MaxSchemaDepth = 5,
    };

    public static DtdlVersion V4 { get; } = V3 with { Number = 4, MaxExtendsDepth = 12, MaxSchemaDepth = 8, AllowsLimitContexts = true };

    /// <summary>null where there is no such version.</summary>
    public static DtdlVersion? Find(int number) => number switch
    {
        2 => V2,
        3 => V3,
        4 => V4,
        _ => null,
    };
}
