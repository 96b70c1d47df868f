using Gemel.Graph;

namespace Gemel.Cluster;

internal enum WriteKind
{
    PutTwin = 1,
    PatchTwin = 2,
    PatchComponent = 3,
    DeleteTwin = 4,
    SendTelemetry = 5,
    PutRelationship = 6,
    PatchRelationship = 7,
    DeleteRelationship = 8,
}

/// <summary>One write of the API on its way to the shard of its twin.</summary>
/// <param name="Part">Component or relationship id; empty where the kind has none.</param>
/// <param name="Body">JSON; empty for deletions.</param>
/// <param name="IfMatch">The header as it came; null where absent.</param>
[GenerateSerializer, Immutable, Alias("gemel.write-request")]
internal sealed record WriteRequest(
    [property: Id(0)] WriteKind Kind,
    [property: Id(1)] string Twin,
    [property: Id(2)] string Part,
    [property: Id(3)] ReadOnlyMemory<byte> Body,
    [property: Id(4)] string? IfMatch,
    [property: Id(5)] bool IfNoneMatchAny,
    [property: Id(6)] string ActorName,
    [property: Id(7)] string ActorOrigin)
{
    [Id(8)]
    public string MessageId { get; init; } = "";

    [Id(9)]
    public long SourceTicks { get; init; }

    [Id(10)]
    public string ContentType { get; init; } = "";

    public Actor Actor => new(ActorName, ActorOrigin);

    public WriteCondition Condition => WriteCondition.Parse(IfMatch, IfNoneMatchAny ? "*" : null).Value;

    public static string? HeaderOf(WriteCondition condition) =>
        condition.IfMatchAny ? "*" : condition.IfMatch.Length == 0 ? null : string.Join(", ", condition.IfMatch);
}

/// <param name="Errors">Null where the write was done.</param>
[GenerateSerializer, Immutable, Alias("gemel.write-answer")]
internal sealed record WriteAnswer(
    [property: Id(0)] long Commit,
    [property: Id(1)] string ETag,
    [property: Id(2)] bool Created,
    [property: Id(3)] ulong Key,
    [property: Id(4)] ErrorAnswer[]? Errors)
{
    public static WriteAnswer Of(Outcome<WriteReceipt> outcome) =>
        outcome.TryGetValue(out WriteReceipt receipt)
            ? new WriteAnswer(receipt.Commit, receipt.ETag, receipt.Created, receipt.Key.Value, Errors: null)
            : new WriteAnswer(0, "", false, 0, [.. outcome.Errors.Select(ErrorAnswer.Of)]);

    public Outcome<WriteReceipt> ToOutcome() =>
        Errors is null
            ? new WriteReceipt(Commit, ETag, Created, new TwinKey(Key))
            : Outcome<WriteReceipt>.Failure([.. Errors.Select(error => error.ToError())]);
}

/// <summary>An error of the catalogue on its way between silos: the code's parts and the arguments as text.</summary>
[GenerateSerializer, Immutable, Alias("gemel.error-answer")]
internal sealed record ErrorAnswer(
    [property: Id(0)] string Code,
    [property: Id(1)] int Status,
    [property: Id(2)] bool IsRetryable,
    [property: Id(3)] string Cause,
    [property: Id(4)] string Action,
    [property: Id(5)] string AzureCode,
    [property: Id(6)] string[] Arguments,
    [property: Id(7)] string? Target,
    [property: Id(8)] int Line,
    [property: Id(9)] int Column)
{
    public static ErrorAnswer Of(GemelError error) => new(
        error.Code.Code, error.Code.Status, error.Code.IsRetryable, error.Code.Cause, error.Code.Action, error.Code.AzureCode,
        [.. error.Arguments.Select(argument => Convert.ToString(argument, System.Globalization.CultureInfo.InvariantCulture) ?? "")],
        error.Target, error.Position?.Line ?? 0, error.Position?.Column ?? 0);

    public GemelError ToError() => new(new ErrorCode(Code, Status, IsRetryable, Cause, Action, AzureCode), Arguments)
    {
        Target = Target,
        Position = Line > 0 ? new TextPosition(null, Line, Column) : null,
    };
}
