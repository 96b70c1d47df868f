using System.IO.Hashing;
using Gemel.Journal;

namespace Gemel.Server.Backups;

/// <summary>A new file: written under another name, and given its own once it is whole and on the disk.</summary>
internal sealed class ContentWriter : IDisposable
{
    private readonly IJournalFiles _disk;
    private readonly string _temporary;
    private readonly string _path;
    private readonly IJournalFile _file;
    private readonly XxHash128 _hash = new();
    private bool _isClosed;

    /// <exception cref="IOException">The disk refused; also from the methods.</exception>
    public ContentWriter(IJournalFiles disk, string temporary, string path)
    {
        (_disk, _temporary, _path) = (disk, temporary, path);
        _file = disk.Create(temporary);
    }

    public long Length { get; private set; }

    /// <summary>Of what was written so far.</summary>
    public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes, Length);
        _hash.Append(bytes);
        Length += bytes.Length;
    }

    /// <summary>The name is durable once its folder is synced.</summary>
    public void Complete()
    {
        _file.Sync();
        Close();
        _disk.Rename(_temporary, _path);
    }

    public void Dispose()
    {
        if (!_isClosed)
        {
            Close();
            try
            {
                _disk.Delete(_temporary);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // Its name says that it means nothing; the next run removes it.
            }
        }
    }

    private void Close()
    {
        _isClosed = true;
        _file.Dispose();
    }
}
