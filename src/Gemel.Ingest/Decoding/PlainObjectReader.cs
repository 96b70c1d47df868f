using System.Buffers;
using System.Text;

namespace Gemel.Ingest;

/// <summary>Reads a JSON object of names to short decimal numbers, the form in which most samples come, in one pass over its bytes.</summary>
/// <remarks>
/// It takes a part of JSON only (no escapes, no nesting, no exponents) and says <see cref="PlainStep.Other"/> at the first byte outside it;
/// what it takes is valid JSON and means the same to <see cref="System.Text.Json.Utf8JsonReader"/>, which a property test holds it to.
/// The caller then begins anew in the general way. Names are not checked to be UTF-8.
/// Benchmark: <c>GatewayBenchmark</c>.
/// </remarks>
internal ref struct PlainObjectReader(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> EndsName = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _at;
    private bool _isInside;

    /// <summary>The name stands in JSON as it is.</summary>
    public static bool IsPlainName(ReadOnlySpan<byte> nameUtf8) => !nameUtf8.ContainsAny(EndsName);

    /// <summary>Moves over a name and its colon.</summary>
    /// <param name="guess">The name that is likely next, a plain one; empty for none.</param>
    /// <param name="name">Of a member: <paramref name="guess"/> itself, where that was right.</param>
    public PlainStep Next(ReadOnlySpan<byte> guess, out ReadOnlySpan<byte> name)
    {
        name = default;
        byte expected = _isInside ? (byte)',' : (byte)'{';
        byte found = Token();
        if (found == '}' && _isInside)
        {
            _at++;
            return Token() == 0 && _at == _json.Length ? PlainStep.End : PlainStep.Other;
        }
        if (found != expected)
        {
            return PlainStep.Other;
        }
        _isInside = true;
        _at++;
        if (Token() != '"')
        {
            return PlainStep.Other;
        }
        ReadOnlySpan<byte> rest = _json[(_at + 1)..];
        int length;
        if (guess.Length > 0 && rest.Length > guess.Length && rest[guess.Length] == '"' && rest[..guess.Length].SequenceEqual(guess))
        {
            length = guess.Length;
            name = guess;
        }
        else
        {
            length = rest.IndexOfAny(EndsName);
            if (length < 0 || rest[length] != '"')
            {
                return PlainStep.Other;
            }
            name = rest[..length];
        }
        _at += length + 2;
        if (Token() != ':')
        {
            return PlainStep.Other;
        }
        _at++;
        return PlainStep.Member;
    }

    /// <summary>Moves over a number.</summary>
    /// <returns>False where another value stands here, or a number that takes the general way.</returns>
    public bool TryReadNumber(out double value)
    {
        Token();
        ReadOnlySpan<byte> rest = _json[_at..];
        bool isRead = SimpleDecimal.TryReadPrefix(rest, out value, out int length);
        _at += length;
        return isRead;
    }

    /// <summary>Moves over the value of <c>$time</c>.</summary>
    /// <returns>False where it is not one, or takes the general way.</returns>
    public bool TryReadTime(out Timestamp time)
    {
        time = default;
        bool isText = Token() == '"';
        ReadOnlySpan<byte> rest = _json[(isText ? _at + 1 : _at)..];
        if (!isText)
        {
            bool isWhole = SimpleDecimal.TryReadPrefix(rest, out double milliseconds, out int digits) && !rest[..digits].Contains((byte)'.');
            _at += digits;
            return isWhole && TimeReader.TryFromMilliseconds((long)milliseconds, out time);
        }
        int length = rest.IndexOfAny(EndsName);
        if (length < 0 || rest[length] != '"')
        {
            return false;
        }
        _at += length + 2;
        return Ascii.IsValid(rest[..length]) && Timestamp.TryParse(rest[..length], out time);
    }

    /// <summary>The next byte that is not white space; 0 at the end, which no JSON has elsewhere.</summary>
    private byte Token()
    {
        while (_at < _json.Length)
        {
            byte found = _json[_at];
            if (found > ' ')
            {
                return found;
            }
            if (found is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                return 0;
            }
            _at++;
        }
        return 0;
    }
}

internal enum PlainStep
{
    /// <summary>A name; its value comes next.</summary>
    Member,
    /// <summary>The object and the text are at their end.</summary>
    End,
    /// <summary>Not of the plain form, or no JSON.</summary>
    Other,
}
