using System.Globalization;
using System.Text;
using CsvHelper;

namespace Gemel.Server.CommandLine;

/// <summary>A new CSV file of secrets, <c>device,secret</c>, that only its owner may read.</summary>
/// <remarks>Each secret is on its way to the disk before the next device is made: it is shown only once, so none may be lost to an interruption.</remarks>
internal sealed class SecretFile : IDisposable
{
    private readonly CsvWriter _csv;

    private SecretFile(CsvWriter csv, string path) => (_csv, Path) = (csv, path);

    public string Path { get; }

    /// <exception cref="GemelException">GMX042, it exists already or cannot be made.</exception>
    public static SecretFile Create(string path)
    {
        SecretFile file = new(new CsvWriter(new StreamWriter(CreateEmpty(path), new UTF8Encoding(false)), CultureInfo.InvariantCulture), path);
        file.Write("device", "secret");
        return file;
    }

    /// <summary>A new file of mode 0600.</summary>
    /// <exception cref="GemelException">GMX042, it exists already or cannot be made.</exception>
    public static FileStream CreateEmpty(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        try
        {
            return new FileStream(path, options);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(ServerErrors.FileUnwritable.With(path, refused.Message), refused);
        }
    }

    public void Add(string device, string secret) => Write(device, secret);

    public void Dispose() => _csv.Dispose();

    private void Write(string first, string second)
    {
        _csv.WriteField(first);
        _csv.WriteField(second);
        _csv.NextRecord();
        _csv.Flush();
    }
}
