namespace Gemel.Query.Syntax;

/// <summary>A place in a text; past the end it stands on <c>'\0'</c>.</summary>
internal struct TextCursor(string text)
{
    public int Position { get; private set; }

    public readonly char Current => Position < text.Length ? text[Position] : '\0';

    public readonly char Next => Position + 1 < text.Length ? text[Position + 1] : '\0';

    public readonly bool IsAtEnd => Position >= text.Length;

    public void Advance(int characters = 1) => Position = Math.Min(Position + characters, text.Length);

    public void AdvanceWhile(Func<char, bool> condition)
    {
        while (!IsAtEnd && condition(Current))
        {
            Position++;
        }
    }

    public readonly string TextFrom(int start) => text[start..Position];
}
