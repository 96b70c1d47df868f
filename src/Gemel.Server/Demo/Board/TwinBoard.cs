using System.Globalization;
using System.Text.Json;

namespace Gemel.Server.Demo.Board;

/// <summary>The present values of a plant's twins, built up from the change stream alone.</summary>
/// <remarks>Threading: safe; readers get copies.</remarks>
internal sealed class TwinBoard
{
    private const string TwinsInSource = "/digitaltwins/";

    private readonly Lock _lock = new();
    private readonly List<BoardTwin> _twins = [];

    /// <param name="twins">Id and model of each twin, in the order of display.</param>
    public TwinBoard(IEnumerable<(string Id, string Model)> twins) =>
        _twins.AddRange(twins.Select(twin => new BoardTwin(twin.Id, twin.Model, [])));

    public IReadOnlyList<BoardTwin> Twins
    {
        get
        {
            lock (_lock)
            {
                return [.. _twins.Select(twin => twin with { Values = [.. twin.Values] })];
            }
        }
    }

    /// <summary>Takes the values of one CloudEvent; late ones and those of unknown twins change nothing.</summary>
    /// <returns>What is different now, in the order of the event.</returns>
    public IReadOnlyList<BoardChange> Apply(JsonElement cloudEvent)
    {
        lock (_lock)
        {
            BoardTwin? twin = _twins.Find(t => t.Id == TwinOf(cloudEvent));
            if (twin is null || !cloudEvent.TryGetProperty("data", out JsonElement data)
                || data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("values", out JsonElement values))
            {
                return [];
            }
            var changes = new List<BoardChange>();
            foreach (JsonElement value in values.EnumerateArray().Where(v => !IsLate(v)))
            {
                BoardValue after = ValueOf(value);
                int at = twin.Values.FindIndex(v => v.Path == after.Path);
                BoardValue? before = at < 0 ? null : twin.Values[at];
                if (at < 0)
                {
                    twin.Values.Add(after);
                }
                else
                {
                    twin.Values[at] = after.After(twin.Values[at]);
                }
                if (before is null || before.Text != after.Text || before.Quality != after.Quality)
                {
                    changes.Add(new BoardChange(twin.Id, before, after));
                }
            }
            return changes;
        }
    }

    // Telemetry names its twin in the source, everything else in the subject.
    private static string? TwinOf(JsonElement cloudEvent)
    {
        string source = Text(cloudEvent, "source") ?? "";
        int at = source.IndexOf(TwinsInSource, StringComparison.Ordinal);
        return at >= 0 ? Uri.UnescapeDataString(source[(at + TwinsInSource.Length)..]) : Text(cloudEvent, "subject");
    }

    private static bool IsLate(JsonElement value) => value.TryGetProperty("late", out JsonElement late) && late.ValueKind == JsonValueKind.True;

    private static BoardValue ValueOf(JsonElement value)
    {
        JsonElement v = value.TryGetProperty("v", out JsonElement found) ? found : default;
        string text = v.ValueKind switch
        {
            JsonValueKind.String => v.GetString()!,
            JsonValueKind.Undefined or JsonValueKind.Null => "",
            _ => v.GetRawText(),
        };
        bool hasTime = Timestamp.TryParse(Text(value, "t"), out Timestamp time);
        return new BoardValue(Text(value, "path") ?? "", text, hasTime ? time : Timestamp.None, Text(value, "q") ?? "good");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}

/// <param name="Values">In the order of first appearance.</param>
internal sealed record BoardTwin(string Id, string Model, List<BoardValue> Values);

/// <param name="Text">As the server wrote it; empty where there is no value.</param>
/// <param name="Time">Source time; none where unknown.</param>
/// <param name="Quality">good, uncertain or bad.</param>
internal sealed record BoardValue(string Path, string Text, Timestamp Time, string Quality)
{
    /// <summary>Against the value before: 1 it rose, -1 it fell, 0 it is the same or no number.</summary>
    public int Trend { get; init; }

    /// <summary>This value as the successor of another.</summary>
    public BoardValue After(BoardValue before) => this with { Trend = IsNumber(Text, out double now) && IsNumber(before.Text, out double then) ? now.CompareTo(then) : 0 };

    private static bool IsNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}

/// <param name="Before">Null for the first value.</param>
internal sealed record BoardChange(string Twin, BoardValue? Before, BoardValue After);
