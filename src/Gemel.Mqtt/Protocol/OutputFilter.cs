namespace Gemel.Mqtt.Protocol;

/// <summary>What the door sends.</summary>
internal enum OutputKind
{
    /// <summary><c>twins/{id}/state</c></summary>
    State,
    /// <summary><c>twins/{id}/changes</c></summary>
    Changes,
    /// <summary><c>devices/{id}/rejections</c></summary>
    Rejections,
}

/// <summary>A topic filter, reduced to the outputs of the contract that it matches.</summary>
internal sealed class OutputFilter
{
    private static readonly string[][] Patterns = [["twins", "+", "state"], ["twins", "+", "changes"], ["devices", "+", "rejections"]];

    private readonly bool[] _matches;

    private OutputFilter(string text, string? id, bool[] matches) => (Text, Id, _matches) = (text, id, matches);

    /// <summary>The filter as sent.</summary>
    public string Text { get; }

    /// <summary>The one twin or device it names, percent-decoded; null: any.</summary>
    public string? Id { get; }

    public bool Matches(OutputKind kind) => _matches[(int)kind];

    public bool Matches(OutputKind kind, string id) => Matches(kind) && (Id is null || string.Equals(Id, id, StringComparison.Ordinal));

    public static Outcome<OutputFilter> Parse(string text)
    {
        if (text.StartsWith("$share/", StringComparison.Ordinal))
        {
            return MqttErrors.SharedSubscription.With(text);
        }
        string[] levels = text.Split('/', DataTopic.MaxLevels + 1);
        if (!IsWellFormed(levels) || text.StartsWith('$'))
        {
            return MqttErrors.FilterOutsideContract.With(text);
        }
        bool[] matches = Array.ConvertAll(Patterns, pattern => Matches(levels, pattern));
        string? id = levels.Length > 1 && levels[1] is not ("+" or "#") ? PercentEncoding.Decode(levels[1]) : null;
        bool hasBadEscape = id is null && levels.Length > 1 && levels[1] is not ("+" or "#");
        if (matches.Contains(true) && !hasBadEscape)
        {
            return new OutputFilter(text, levels[0] == "#" ? null : id, matches);
        }
        return levels is ["twins", _, "desired" or "commands", ..] ? MqttErrors.FilterNotYet.With(text) : MqttErrors.FilterOutsideContract.With(text);
    }

    /// <summary>MQTT 5 [MQTT-4.7.1-1] '#' stands alone in the last level, [MQTT-4.7.1-2] '+' stands alone in its level.</summary>
    private static bool IsWellFormed(string[] levels)
    {
        if (levels.Length > DataTopic.MaxLevels || levels is [""])
        {
            return false;
        }
        for (int i = 0; i < levels.Length; i++)
        {
            bool hasWildcard = levels[i].AsSpan().IndexOfAny('+', '#') >= 0;
            if (levels[i].Contains('\0') || (hasWildcard && levels[i] is not ("+" or "#")) || (levels[i] == "#" && i < levels.Length - 1))
            {
                return false;
            }
        }
        return true;
    }

    private static bool Matches(string[] levels, string[] pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            if (i == levels.Length)
            {
                return false;
            }
            if (levels[i] == "#")
            {
                return true;
            }
            if (levels[i] != "+" && pattern[i] != "+" && levels[i] != pattern[i])
            {
                return false;
            }
        }
        return levels.Length == pattern.Length || levels is [_, _, _, "#"];
    }
}
