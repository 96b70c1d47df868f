using System.Text;
using Gemel.Modeling;

namespace Gemel.Server.CommandLine;

/// <summary>Several documents as one JSON array, and the way back from a line of it to a line of a file.</summary>
/// <remarks>Each document begins on a line of its own and keeps its lines and columns: the brackets of one that is an array become spaces.</remarks>
internal sealed class ModelUploadBody
{
    private readonly List<(int FirstLine, string? Document)> _starts;

    private ModelUploadBody(byte[] json, List<(int FirstLine, string? Document)> starts) => (Json, _starts) = (json, starts);

    public ReadOnlyMemory<byte> Json { get; }

    /// <param name="documents">Well-formed, at least one.</param>
    public static ModelUploadBody Of(IReadOnlyList<ModelDocument> documents)
    {
        using MemoryStream json = new();
        List<(int, string?)> starts = [];
        int line = 1;
        bool isFirst = true;
        json.Write("["u8);
        foreach (ModelDocument document in documents)
        {
            byte[] elements = ElementsOf(document);
            if (elements.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            {
                continue;
            }
            json.Write(isFirst ? "\n"u8 : ",\n"u8);
            isFirst = false;
            starts.Add((++line, document.Name));
            json.Write(elements);
            json.Write("\n"u8);
            // The line break before the comma, and those of the document itself.
            line += elements.AsSpan().Count((byte)'\n') + 1;
        }
        json.Write("]"u8);
        return new ModelUploadBody(json.ToArray(), starts);
    }

    /// <summary>The error where its file has it; as it is where it names no line.</summary>
    public GemelError InFile(GemelError error)
    {
        if (error.Position is not { } at)
        {
            return error;
        }
        (int firstLine, string? document) = _starts.LastOrDefault(start => start.FirstLine <= at.Line, (1, null));
        return error.At(new TextPosition(document, at.Line - firstLine + 1, at.Column));
    }

    /// <summary>The text without a byte-order mark.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;

    private static byte[] ElementsOf(ModelDocument document)
    {
        byte[] json = WithoutMark(document.Json).ToArray();
        int first = json.AsSpan().IndexOfAnyExcept(" \t\r\n"u8);
        if (first >= 0 && json[first] == '[')
        {
            json[first] = (byte)' ';
            json[json.AsSpan().LastIndexOf((byte)']')] = (byte)' ';
        }
        return json;
    }
}
