using System.Text.Json;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary>Rows of a query as a table: one column for each name that the rows have. Whole twins show id, model and values, without what only programs need.</summary>
internal static class RowTable
{
    private const string IdMember = "$dtId";
    private const string MetadataMember = "$metadata";
    private const string ModelMember = "$model";

    public static Table Draw(IReadOnlyList<JsonElement> rows) => rows.All(IsTwin) ? DrawTwins(rows) : DrawRows(rows);

    private static Table DrawTwins(IReadOnlyList<JsonElement> twins)
    {
        Table table = Terminal.Table("Twin", "Model").AddColumn("Values");
        foreach (JsonElement twin in twins)
        {
            table.AddRow(CellText.Of(twin, IdMember), CellText.Of(twin.GetProperty(MetadataMember), ModelMember), Markup.Escape(ValuesOf(twin)));
        }
        return table;
    }

    private static Table DrawRows(IReadOnlyList<JsonElement> rows)
    {
        string[] columns = [.. rows.SelectMany(row => row.EnumerateObject().Select(member => member.Name)).Distinct(StringComparer.Ordinal)];
        Table table = new Table().Border(TableBorder.Simple).AddColumns([.. columns.Select(Markup.Escape)]);
        foreach (JsonElement row in rows)
        {
            table.AddRow([.. columns.Select(column => row.TryGetProperty(column, out JsonElement value) ? Cell(value) : "")]);
        }
        return table;
    }

    private static string Cell(JsonElement value) => IsTwin(value) ? CellText.Of(value, IdMember) : CellText.Of(value);

    // level 2.45, motor (current 8.4, temperature 41)
    private static string ValuesOf(JsonElement twin) => string.Join(", ", twin.EnumerateObject().Where(member => !member.Name.StartsWith('$')).Select(Describe));

    private static string Describe(JsonProperty member)
    {
        bool isComponent = member.Value.ValueKind == JsonValueKind.Object && member.Value.TryGetProperty(MetadataMember, out _);
        string text = isComponent ? $"({ValuesOf(member.Value)})" : member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
        return $"{member.Name} {text}";
    }

    private static bool IsTwin(JsonElement row) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(IdMember, out _)
        && row.TryGetProperty(MetadataMember, out JsonElement metadata) && metadata.TryGetProperty(ModelMember, out _);
}
