using System.Text;

namespace Gemel.Modeling.Tests.Models;

/// <summary>The rows in <c>tests/cases/modeling</c>: documents, and after <c>--- errors</c> each error as code, place and JSON pointer.</summary>
public sealed class ModelCaseTests
{
    private static readonly Timestamp Noon = Timestamp.FromUnixMilliseconds(1_700_000_000_000);

    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.case").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(SharedData.RepositoryRoot(), "tests", "cases", "modeling");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_case_gives_the_errors_it_lists(string name)
    {
        string[] sections = File.ReadAllText(Path.Combine(Folder, $"{name}.case")).Split("\n--- ");
        ModelDocument[] documents = [.. sections[1..].Where(s => !IsErrors(s)).Select(DocumentOf)];
        string expected = string.Concat(sections[1..].Where(IsErrors).Select(s => s[(s.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimEnd()));

        Outcome<ModelSetChange> outcome = ModelSet.Empty.Add(documents, Noon);

        Assert.Equal(expected, string.Join('\n', outcome.Errors.Select(Line)));
    }

    private static bool IsErrors(string section) => section.StartsWith("errors\n", StringComparison.Ordinal);

    private static ModelDocument DocumentOf(string section)
    {
        int end = section.IndexOf('\n', StringComparison.Ordinal);
        return new ModelDocument(section[..end], Encoding.UTF8.GetBytes(section[(end + 1)..]));
    }

    private static string Line(GemelError error) => $"{error.Code.Code} {error.Position} {error.Target}".TrimEnd();
}
