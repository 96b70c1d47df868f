namespace Gemel.Ingest;

/// <summary>How a CSV file is written; the member <c>source</c> of a mapping.</summary>
/// <param name="Skip">Lines before the header that are left out.</param>
/// <param name="Comment">Lines that begin with it are left out; null: none.</param>
/// <param name="IsEmptyNull">An empty cell is a sample without value, else no sample.</param>
public sealed record CsvFormat(
    char Delimiter, char Quote, bool HasHeader, bool IsLatin1, char Decimal, int Skip, char? Comment, bool IsEmptyNull)
{
    public static CsvFormat Default { get; } = new(
        Delimiter: ',', Quote: '"', HasHeader: true, IsLatin1: false, Decimal: '.', Skip: 0, Comment: null, IsEmptyNull: false);
}
