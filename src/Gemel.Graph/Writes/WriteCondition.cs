using System.Collections.Immutable;

namespace Gemel.Graph;

/// <summary>What must hold before a write is done: the headers If-Match and If-None-Match (RFC 9110 section 13, as Azure
/// Digital Twins reads it: weak tags are compared as they are, If-None-Match knows only <c>*</c>).</summary>
/// <remarks>The default value asks for nothing.</remarks>
public readonly record struct WriteCondition
{
    private readonly ImmutableArray<string> _ifMatch;

    /// <summary>Asks for nothing.</summary>
    public static WriteCondition None => default;

    /// <summary>If-Match: *, the target must exist.</summary>
    public bool IfMatchAny { get; private init; }

    /// <summary>If-None-Match: *, the target must not exist.</summary>
    public bool IfNoneMatchAny { get; private init; }

    /// <summary>The ETags of If-Match with their quotes and <c>W/</c>; one of them must be the present one. Empty where the header is absent.</summary>
    public ImmutableArray<string> IfMatch => _ifMatch.IsDefault ? [] : _ifMatch;

    /// <summary>Reads the two headers.</summary>
    /// <param name="ifMatch">The header's value (several joined by a comma); null or blank where absent.</param>
    /// <param name="ifNoneMatch">As above.</param>
    public static Outcome<WriteCondition> Parse(string? ifMatch, string? ifNoneMatch)
    {
        bool ifNoneMatchAny = !string.IsNullOrWhiteSpace(ifNoneMatch);
        if (ifNoneMatchAny && ifNoneMatch!.Trim() != "*")
        {
            return GraphErrors.InvalidCondition.With("If-None-Match", ifNoneMatch, "*");
        }
        bool ifMatchAny = ifMatch?.Trim() == "*";
        ImmutableArray<string> tags = ifMatchAny || string.IsNullOrWhiteSpace(ifMatch) ? [] : ParseTags(ifMatch);
        return new WriteCondition(tags) { IfMatchAny = ifMatchAny, IfNoneMatchAny = ifNoneMatchAny };
    }

    private WriteCondition(ImmutableArray<string> ifMatch) => _ifMatch = ifMatch;

    /// <summary>The error where the condition does not hold; null where it does.</summary>
    /// <param name="name">What is written, for the message.</param>
    /// <param name="etag">Its present ETag; null where it does not exist.</param>
    internal GemelError? Check(string name, string? etag)
    {
        if (etag is null)
        {
            return IfMatchAny || IfMatch.Length > 0 ? GraphErrors.NothingToMatch.With(name) : null;
        }
        if (IfNoneMatchAny)
        {
            return GraphErrors.AlreadyExists.With(name);
        }
        return IfMatch.Length == 0 || IfMatch.Contains(etag, StringComparer.Ordinal) ? null : GraphErrors.ETagMismatch.With(name, etag);
    }

    /// <summary>Splits a list of entity tags at the commas that stand outside quotes. A tag without quotes is taken as it
    /// is: it matches nothing, which is what its sender must learn.</summary>
    private static ImmutableArray<string> ParseTags(string header)
    {
        ImmutableArray<string>.Builder tags = ImmutableArray.CreateBuilder<string>();
        bool quoted = false;
        int start = 0;
        for (int i = 0; i <= header.Length; i++)
        {
            if (i == header.Length || (header[i] == ',' && !quoted))
            {
                tags.Add(header[start..i].Trim());
                start = i + 1;
            }
            else if (header[i] == '"')
            {
                quoted = !quoted;
            }
        }
        return tags.ToImmutable();
    }
}
