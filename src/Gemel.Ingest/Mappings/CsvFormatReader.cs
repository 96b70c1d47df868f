namespace Gemel.Ingest;

/// <summary>Reads the member <c>source</c> of a mapping.</summary>
internal static class CsvFormatReader
{
    public static CsvFormat Read(YamlSection section)
    {
        section.RefuseUnknown("format", "delimiter", "quote", "header", "encoding", "decimal", "skip", "comment", "empty");
        section.Require("format");
        section.Word("format", "csv");
        CsvFormat standard = CsvFormat.Default;
        double skip = section.Number("skip") ?? 0;
        if (skip is < 0 or > int.MaxValue || skip != Math.Floor(skip))
        {
            section.Invalid("skip", "a number of lines");
        }
        var format = new CsvFormat(
            section.Character("delimiter") ?? standard.Delimiter,
            section.Character("quote") ?? standard.Quote,
            section.Boolean("header", absent: true),
            section.Word("encoding", "utf-8", "latin1") == "latin1",
            section.Word("decimal", ".", ",") == "," ? ',' : '.',
            (int)Math.Clamp(skip, 0, int.MaxValue),
            section.Character("comment"),
            section.Word("empty", "skip", "null") == "null");
        if (format.Delimiter == format.Quote || format.Delimiter == format.Comment || format.Quote == format.Comment)
        {
            section.Invalid("delimiter", "another character than quote and comment, which differ too");
        }
        return format;
    }
}
