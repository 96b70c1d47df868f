using System.Text;

namespace Gemel.Modeling;

/// <summary>One document as given: its bytes without byte-order mark, its name, and where its lines begin.</summary>
internal sealed class SourceText
{
    private List<int>? _lineStarts;

    public SourceText(string? name, ReadOnlyMemory<byte> json)
    {
        Name = name;
        ReadOnlySpan<byte> mark = Encoding.UTF8.Preamble;
        Utf8 = json.Span.StartsWith(mark) ? json[mark.Length..] : json;
    }

    /// <summary>File name, or the number of the document.</summary>
    public string? Name { get; }

    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Line and column, in characters, of a byte offset; an offset past the end is the end.</summary>
    public TextPosition At(int offset)
    {
        ReadOnlySpan<byte> text = Utf8.Span;
        offset = Math.Clamp(offset, 0, text.Length);
        _lineStarts ??= FindLineStarts(text);
        int line = _lineStarts.BinarySearch(offset);
        line = line >= 0 ? line : ~line - 1;
        int column = 1;
        foreach (byte b in text[_lineStarts[line]..offset])
        {
            column += (b & 0xC0) == 0x80 ? 0 : 1;
        }
        return new TextPosition(Name, line + 1, column);
    }

    /// <summary>The byte offset of a place that the JSON reader reports.</summary>
    /// <param name="line">From 0.</param>
    /// <param name="bytePositionInLine">From 0.</param>
    public int OffsetOf(long line, long bytePositionInLine)
    {
        _lineStarts ??= FindLineStarts(Utf8.Span);
        int start = _lineStarts[(int)Math.Min(line, _lineStarts.Count - 1)];
        return (int)Math.Min(start + bytePositionInLine, Utf8.Length);
    }

    private static List<int> FindLineStarts(ReadOnlySpan<byte> text)
    {
        List<int> starts = [0];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\n')
            {
                starts.Add(i + 1);
            }
        }
        return starts;
    }
}
