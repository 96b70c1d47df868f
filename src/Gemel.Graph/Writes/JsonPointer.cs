namespace Gemel.Graph;

/// <summary>JSON pointers, RFC 6901.</summary>
internal static class JsonPointer
{
    public static string Append(string pointer, string name) => $"{pointer}/{Escape(name)}";

    /// <summary>Splits a pointer into its unescaped names.</summary>
    /// <param name="problem">What is wrong with it; empty where nothing is.</param>
    /// <returns>Empty for the whole document, and where there is a problem.</returns>
    public static string[] Split(string pointer, out string problem)
    {
        problem = "";
        if (pointer.Length == 0)
        {
            return [];
        }
        if (pointer[0] != '/')
        {
            problem = "it does not begin with '/'";
            return [];
        }
        string[] names = pointer[1..].Split('/');
        for (int i = 0; i < names.Length; i++)
        {
            if (!TryUnescape(names[i], out names[i]))
            {
                problem = "'~' is not followed by 0 or 1";
                return [];
            }
        }
        return names;
    }

    private static string Escape(string name) => name.AsSpan().ContainsAny('~', '/') ? name.Replace("~", "~0").Replace("/", "~1") : name;

    private static bool TryUnescape(string escaped, out string name)
    {
        name = escaped;
        for (int at = escaped.IndexOf('~'); at >= 0; at = escaped.IndexOf('~', at + 1))
        {
            if (at + 1 == escaped.Length || escaped[at + 1] is not ('0' or '1'))
            {
                return false;
            }
        }
        // RFC 6901 section 4: ~1 first, so that ~01 becomes ~1 and not '/'.
        name = escaped.Replace("~1", "/").Replace("~0", "~");
        return true;
    }
}
