using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;

namespace Gemel.Http.Documentation;

/// <summary>What the OpenAPI document says about one endpoint; stands beside its mapping.</summary>
/// <param name="Id">Operation id; Azure's own for its operations.</param>
internal sealed record OperationDoc(string Id, string Tag, string Summary)
{
    public string? Description { get; init; }

    public ImmutableArray<ParameterDoc> Parameters { get; init; } = [];

    public BodyDoc? Body { get; init; }

    public ImmutableArray<AnswerDoc> Answers { get; init; } = [];

    /// <summary>Errors of this operation, beside those that every one has.</summary>
    public ImmutableArray<ErrorDoc> Errors { get; init; } = [];
}

internal enum ParameterPlace
{
    Path,
    Query,
    Header,
}

/// <param name="Schema">JSON Schema of the value, as JSON.</param>
internal sealed record ParameterDoc(string Name, ParameterPlace Place, string Description, string Schema, bool IsRequired = false, string? Example = null);

/// <param name="Schema">Name of a schema of <c>schemas.json</c>.</param>
/// <param name="Example">Name of an example there.</param>
internal sealed record BodyDoc(ImmutableArray<string> ContentTypes, string Schema, string? Example = null);

/// <param name="Schema">Name of a schema; null where there is no body.</param>
/// <param name="Headers">Names of headers besides the usual ones.</param>
internal sealed record AnswerDoc(int Status, string Description, string? Schema = null, string? Example = null)
{
    public ImmutableArray<string> ContentTypes { get; init; } = ["application/json"];

    public ImmutableArray<string> Headers { get; init; } = [];
}

/// <param name="Codes">Values of <c>error.code</c>, divided by commas.</param>
internal sealed record ErrorDoc(int Status, string Codes);

internal static class OperationDocConventions
{
    public static IEndpointConventionBuilder Described(this IEndpointConventionBuilder endpoint, OperationDoc doc) => endpoint.WithMetadata(doc);
}
