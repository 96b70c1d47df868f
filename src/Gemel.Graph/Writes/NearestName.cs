namespace Gemel.Graph;

/// <summary>Finds what a misspelt name may have meant.</summary>
public static class NearestName
{
    private const int Longest = 64;
    private const int MostListed = 20;

    /// <summary>A sentence that names the nearest, or all where none is near.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        string[] names = [.. known];
        return Find(name, names) is { } nearest ? $"The nearest is '{nearest}'."
            : names.Length == 0 ? "There are none."
            : $"There are: {string.Join(", ", names.Take(MostListed))}{(names.Length > MostListed ? ", …" : "")}.";
    }

    /// <summary>The nearest name; null where none is near.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        (string? Name, int Distance) best = (null, Math.Max(2, name.Length / 3) + 1);
        foreach (string candidate in known)
        {
            int distance = Distance(name, candidate);
            best = distance < best.Distance ? (candidate, distance) : best;
        }
        return best.Name;
    }

    /// <summary>Edits between two names (Levenshtein), the case left aside; long names count as far.</summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > Longest || b.Length > Longest)
        {
            return int.MaxValue;
        }
        Span<int> row = stackalloc int[Longest + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
