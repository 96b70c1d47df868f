using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Gemel.Query;

namespace Gemel.Cluster;

/// <summary>Writes continuation tokens and knows its own again: the number of the session and the position, with a tag (HMAC-SHA-256,
/// half of it) of a key that this process made. A token that was changed, or that an earlier process gave, is not read.</summary>
internal sealed class QueryTokens
{
    private const int TagLength = 16;
    private const int ContentLength = sizeof(long) + QueryPosition.Length;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Write(long session, QueryPosition position)
    {
        Span<byte> token = stackalloc byte[ContentLength + TagLength];
        BinaryPrimitives.WriteInt64LittleEndian(token, session);
        position.Write(token[sizeof(long)..]);
        Tag(token[..ContentLength], token[ContentLength..]);
        return Base64Url.EncodeToString(token);
    }

    public bool TryRead(string text, out long session, out QueryPosition position)
    {
        (session, position) = (0, default);
        Span<byte> token = stackalloc byte[ContentLength + TagLength];
        bool isShaped = text.Length == Base64Url.GetEncodedLength(token.Length)
            && Base64Url.TryDecodeFromChars(text, token, out int length) && length == token.Length;
        Span<byte> tag = stackalloc byte[TagLength];
        Tag(token[..ContentLength], tag);
        if (!isShaped || !CryptographicOperations.FixedTimeEquals(tag, token[ContentLength..]) || !QueryPosition.TryRead(token[sizeof(long)..], out QueryPosition? read))
        {
            return false;
        }
        (session, position) = (BinaryPrimitives.ReadInt64LittleEndian(token), read.Value);
        return true;
    }

    private void Tag(ReadOnlySpan<byte> content, Span<byte> tag)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, content, whole);
        whole[..TagLength].CopyTo(tag);
    }
}
