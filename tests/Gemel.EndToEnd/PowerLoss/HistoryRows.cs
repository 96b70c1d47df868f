using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>The rows in the files of history themselves: a value that came once lies there once, also where readers would hide the second.</summary>
internal static class HistoryRows
{
    public static IEnumerable<string> FindTwice(string data)
    {
        string history = Path.Combine(data, "history");
        string manifest = Path.Combine(history, "manifest.json");
        if (!File.Exists(manifest))
        {
            return [];
        }
        JsonElement samples = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(manifest)).GetProperty("manifest").GetProperty("samples");
        string files = string.Join(", ", samples.EnumerateArray().Select(f => $"'{Path.Combine(history, f.GetProperty("path").GetString()!)}'"));
        return files.Length == 0 ? [] : Query(files);
    }

    private static List<string> Query(string files)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT twin, path, count(*) - count(DISTINCT time) AS twice FROM read_parquet([{files}]) WHERE path = 'count' GROUP BY ALL HAVING twice > 0";
        using System.Data.Common.DbDataReader reader = command.ExecuteReader();
        List<string> found = [];
        while (reader.Read())
        {
            found.Add(string.Create(CultureInfo.InvariantCulture, $"{reader.GetString(0)} {reader.GetString(1)}: {reader.GetInt64(2)} rows are in history's files a second time"));
        }
        return found;
    }
}
