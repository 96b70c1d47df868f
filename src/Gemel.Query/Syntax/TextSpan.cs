namespace Gemel.Query.Syntax;

/// <summary>A part of a query text, in UTF-16 characters from 0.</summary>
internal readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;

    public TextSpan To(TextSpan last) => new(Start, last.End - Start);
}
