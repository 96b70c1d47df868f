namespace Gemel.Graph;

/// <summary>Finds what a misspelt name may have meant.</summary>
internal static class NearestName
{
    /// <summary>A sentence that names the nearest, or all where none is near.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        string[] names = [.. known];
        if (names.Length == 0)
        {
            return "It has none.";
        }
        string nearest = names.MinBy(n => Distance(name, n))!;
        return Distance(name, nearest) <= Math.Max(2, name.Length / 3) ? $"The nearest is '{nearest}'." : $"It has: {string.Join(", ", names.Take(20))}.";
    }

    /// <summary>Edits between two names (Levenshtein), the case left aside; long names count as far.</summary>
    private static int Distance(string a, string b)
    {
        const int longest = 64;
        if (a.Length > longest || b.Length > longest)
        {
            return int.MaxValue;
        }
        Span<int> row = stackalloc int[longest + 1];
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
