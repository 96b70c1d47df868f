using System.Text.RegularExpressions;

namespace Gemel.Architecture.Tests;

/// <summary>Rules about the files themselves.</summary>
public sealed partial class TreeTests
{
    private const int MostLines = 450;

    public static TheoryData<string> Documents => [.. Repository.Files("", "*.md")];

    [Fact]
    public void No_source_file_is_longer_than_450_lines()
    {
        IEnumerable<string> tooLong =
            from path in Repository.Files("src", "*.cs")
            let lines = File.ReadLines(Path.Combine(Repository.Root, path)).Count()
            where lines > MostLines
            select $"{path}: {lines} lines";
        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_error_code_is_given_twice()
    {
        IEnumerable<string> twice = Repository.Files("src", "*Errors.cs")
            .SelectMany(path => ErrorCode().Matches(Repository.Read(path)).Select(match => match.Groups["code"].Value))
            .GroupBy(code => code)
            .Where(uses => uses.Count() > 1)
            .Select(uses => uses.Key);
        Assert.Empty(twice);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_in_documents_lead_somewhere(string document)
    {
        IEnumerable<string> broken = Link().Matches(WithoutCode(Repository.Read(document)))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !LeadsSomewhere(document, target));
        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Paths_named_in_documents_exist(string document)
    {
        IEnumerable<string> missing = NamedPath().Matches(Repository.Read(document))
            .Select(match => match.Value.TrimEnd('.', ',', '/'))
            .Where(path => !Exists(Repository.Root, path) && !Exists(FolderOf(document), path));
        Assert.Empty(missing);
    }

    private static bool LeadsSomewhere(string document, string target)
    {
        string[] parts = target.Split('#', 2);
        string path = parts[0].Length == 0 ? Path.Combine(Repository.Root, document) : Path.GetFullPath(Path.Combine(FolderOf(document), parts[0]));
        bool exists = File.Exists(path) || Directory.Exists(path);
        return exists && (parts.Length == 1 || !File.Exists(path) || Anchors(File.ReadAllText(path)).Contains(parts[1]));
    }

    // GitHub's rule: lower case, punctuation left out, blanks to hyphens.
    private static HashSet<string> Anchors(string markdown) =>
        [.. Heading().Matches(markdown).Select(match => NotInAnchor().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    private static string WithoutCode(string markdown) => Code().Replace(markdown, "");

    private static string FolderOf(string document) => Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;

    private static bool Exists(string folder, string path) => Path.Exists(Path.Combine(folder, path));

    [GeneratedRegex("new\\(\\s*\"(?<code>GM[A-Z][0-9]{3})\"")]
    private static partial Regex ErrorCode();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();

    /// <summary>A path from the root of the tree, without wildcards and placeholders.</summary>
    [GeneratedRegex(@"(?<![\w/.{<*-])(src|tests|docs|samples|bench|web)/[\w./-]*[\w](?![\w/]*[{<*…])")]
    private static partial Regex NamedPath();
}
