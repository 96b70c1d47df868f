using System.Security.Authentication;
using System.Security.Cryptography;

namespace Gemel.Server.Serving.Tls;

/// <summary>Something made from files, and made again when they change; where that fails, what there was stays in use.</summary>
/// <remarks>Looks at contents, not at times: files are replaced through links, copied with their old times, and written in several steps.
/// Threading: <see cref="Current"/> is read anywhere; <see cref="Check"/> is called by one at a time.</remarks>
internal sealed class WatchedFiles<T>
    where T : class
{
    private readonly string[] _files;
    private readonly Func<Outcome<T>> _read;
    private string _seen;
    private volatile T _current;
    private volatile string? _failure;

    private WatchedFiles(string[] files, Func<Outcome<T>> read, string seen, T first) => (_files, _read, _seen, _current) = (files, read, seen, first);

    public T Current => _current;

    /// <summary>Why the files as they are now are not used; null where they are.</summary>
    public string? Failure => _failure;

    /// <returns>Reading for the first time, or its errors.</returns>
    public static Outcome<WatchedFiles<T>> Open(string[] files, Func<Outcome<T>> read)
    {
        string seen = FingerprintOf(files);
        Outcome<T> first = read();
        return first.TryGetValue(out T? value) ? new WatchedFiles<T>(files, read, seen, value) : Outcome<WatchedFiles<T>>.Failure(first.Errors);
    }

    /// <summary>Reads again where the files have changed.</summary>
    /// <returns>Whether something new is in use, or a failure is new.</returns>
    public FileChange Check()
    {
        string now = FingerprintOf(_files);
        if (now == _seen)
        {
            return FileChange.None;
        }
        _seen = now;
        (T? value, string failure) = ReadAgain();
        if (value is not null)
        {
            (_current, _failure) = (value, null);
            return FileChange.Taken;
        }
        _failure = failure;
        return FileChange.Refused;
    }

    private (T? Value, string Failure) ReadAgain()
    {
        try
        {
            Outcome<T> read = _read();
            return read.TryGetValue(out T? value) ? (value, "") : (null, read.Errors[0].Message);
        }
        catch (Exception unusable) when (unusable is CryptographicException or AuthenticationException or IOException or UnauthorizedAccessException)
        {
            // Files that were read and still serve no handshake: this runs on a timer, where nobody else would take it.
            return (null, unusable.Message);
        }
    }

    private static string FingerprintOf(string[] files) => string.Join(' ', files.Select(FingerprintOf));

    private static string FingerprintOf(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return unreadable.GetType().Name;
        }
    }
}

internal enum FileChange
{
    None,
    Taken,
    Refused,
}
