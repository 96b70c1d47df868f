using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Gemel.Ingest;

/// <summary>Lets in only the YAML that mappings are written in: one object, no anchors, no tags, no duplicate keys, no deep nesting.</summary>
internal static class YamlGate
{
    private const int MaxDepth = 16;

    /// <param name="document">Name of the document, for positions.</param>
    public static Outcome<YamlMappingNode> Read(string text, string document)
    {
        try
        {
            // First as a stream of events: building the nodes recurses, and would follow a hostile nesting to the end of the stack.
            if (Check(text, document) is { } error)
            {
                return error;
            }
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? root
                : IngestErrors.MalformedMapping.With("it is not one object.").At(new TextPosition(document, 1, 1));
        }
        catch (YamlException fault)
        {
            return IngestErrors.MalformedMapping.With(fault.Message).At(PositionOf(fault.Start, document));
        }
    }

    public static TextPosition PositionOf(Mark mark, string document) => new(document, (int)mark.Line, (int)mark.Column);

    private static GemelError? Check(string text, string document)
    {
        var parser = new Parser(new StringReader(text));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            string? problem = parser.Current switch
            {
                AnchorAlias => "it has an alias ('*'), which mappings do not know.",
                NodeEvent { Anchor.IsEmpty: false } => "it has an anchor ('&'), which mappings do not know.",
                NodeEvent { Tag.IsEmpty: false } => "it has a tag ('!'), which mappings do not know.",
                _ when depth > MaxDepth => $"it is nested deeper than {MaxDepth}.",
                _ => null,
            };
            if (problem is not null)
            {
                return IngestErrors.MalformedMapping.With(problem).At(PositionOf(parser.Current.Start, document));
            }
        }
        return null;
    }
}
