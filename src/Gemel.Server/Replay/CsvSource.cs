using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Gemel.Ingest;

namespace Gemel.Server.Replay;

/// <summary>Reads a CSV file row by row; RFC 4180 with the deviations of its format.</summary>
internal sealed class CsvSource : IDisposable
{
    private readonly CsvParser _parser;
    private readonly StreamReader _reader;
    private string[]? _first;

    private CsvSource(StreamReader reader, CsvFormat format)
    {
        _reader = reader;
        for (int i = 0; i < format.Skip; i++)
        {
            reader.ReadLine();
        }
        _parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = format.Delimiter.ToString(),
            Quote = format.Quote,
            Escape = format.Quote,
            Comment = format.Comment ?? '#',
            AllowComments = format.Comment is not null,
            IgnoreBlankLines = true,
            Mode = CsvMode.RFC4180,
            BadDataFound = null,
        });
        string[] first = _parser.Read() ? _parser.Record! : [];
        Columns = format.HasHeader ? first : [.. Enumerable.Range(1, first.Length).Select(n => n.ToString(CultureInfo.InvariantCulture))];
        _first = format.HasHeader ? null : first;
        LinesSkipped = format.Skip;
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    private int LinesSkipped { get; }

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CsvSource Open(string path, CsvFormat format) => Read(File.OpenRead(path), format);

    /// <param name="stream">Owned from here on.</param>
    public static CsvSource Read(Stream stream, CsvFormat format) =>
        new(new StreamReader(stream, format.IsLatin1 ? Encoding.Latin1 : new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true), format);

    /// <summary>The rows after the header, once.</summary>
    public IEnumerable<CsvRow> Rows()
    {
        if (_first is { Length: > 0 } first)
        {
            _first = null;
            yield return new CsvRow(LinesSkipped + 1, first);
        }
        while (_parser.Read())
        {
            yield return new CsvRow(LinesSkipped + _parser.RawRow, _parser.Record!);
        }
    }

    public void Dispose()
    {
        _parser.Dispose();
        _reader.Dispose();
    }
}

/// <param name="Line">Of the file, from 1; where a row spans several lines, its last.</param>
internal readonly record struct CsvRow(int Line, string[] Fields);
