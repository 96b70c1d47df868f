namespace Gemel;

/// <summary>A digital twin model identifier (DTMI), <c>dtmi:path:of:segments;version</c>; the version is absent, an integer
/// or major.minor. Compared ordinally.</summary>
/// <remarks>This type carries any text; whether it is a well-formed DTMI is checked by <c>Gemel.Modeling</c> where models
/// come in, so that an unknown or malformed id in a query or body gets that place's own error.</remarks>
public readonly record struct ModelId(string Value)
{
    /// <summary>The part before the last ';'.</summary>
    public ReadOnlySpan<char> Path => Value.AsSpan(0, VersionSeparator);

    /// <summary>Major version; 0 where the version is absent or malformed.</summary>
    public int MajorVersion => Version.Major;

    /// <summary>Minor version; 0 where absent.</summary>
    public int MinorVersion => Version.Minor;

    private int VersionSeparator => Value.LastIndexOf(';') is var at and >= 0 ? at : Value.Length;

    private (int Major, int Minor) Version
    {
        get
        {
            ReadOnlySpan<char> text = VersionSeparator < Value.Length ? Value.AsSpan(VersionSeparator + 1) : default;
            int dot = text.IndexOf('.');
            int minor = 0;
            if (dot >= 0)
            {
                _ = int.TryParse(text[(dot + 1)..], out minor);
                text = text[..dot];
            }
            return int.TryParse(text, out int major) ? (major, minor) : (0, 0);
        }
    }

    /// <summary>Same path and a version not lower than <paramref name="other"/>'s, as IS_OF_MODEL asks.</summary>
    public bool IsSameOrNewerThan(ModelId other)
    {
        return Path.SequenceEqual(other.Path) && Version.CompareTo(other.Version) >= 0;
    }

    public override string ToString() => Value ?? "";
}
