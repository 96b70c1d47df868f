namespace Gemel.Modeling.Tests.Conformance;

public sealed class ConformanceTests
{
    /// <summary>The cases of the reference parser, without those that need its call-backs, quirks or limits set from outside.</summary>
    /// <param name="version">DTDL version.</param>
    /// <param name="least">Cases that agree at least; the rest is explained by <see cref="Deviations"/>.</param>
    [Theory]
    [InlineData(2, 1540)]
    [InlineData(3, 1580)]
    [InlineData(4, 1560)]
    public void Verdicts_agree_with_the_reference_parser(int version, int least)
    {
        string folder = SharedData.Folder("dtdl-conformance");
        List<string> unexplained = [];
        int agreeing = 0;
        foreach (ConformanceCase each in ConformanceCases.Read(folder).Where(c => c.Version == version && !c.NeedsUnsupported))
        {
            GemelError? first = ErrorsOf(each).FirstOrDefault();
            if (first is null == each.IsValid)
            {
                agreeing++;
            }
            else if (Deviations.ReasonOf(each, first?.Code.Code) is null)
            {
                unexplained.Add($"{each.Name} is {(each.IsValid ? "valid" : "invalid")}, but found: {first?.ToString() ?? "no error"}");
            }
        }

        Assert.True(unexplained.Count == 0, string.Join('\n', unexplained));
        Assert.True(agreeing >= least, $"{agreeing} agree");
    }

    private static IReadOnlyList<GemelError> ErrorsOf(ConformanceCase each)
    {
        ErrorList errors = new();
        ModelLoader.Load(each.Documents, new ModelScope(_ => null), errors, each.UnknownExtensions);
        return errors.ToList();
    }
}
