namespace Gemel.Modeling.Tests.Conformance;

public sealed class ConformanceTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Verdicts_agree_with_the_reference_parser(int version)
    {
        string folder = SharedData.Folder("dtdl-conformance");
        List<string> wrong = [];
        int all = 0;
        foreach (ConformanceCase each in ConformanceCases.Read(folder).Where(c => c.Version == version && !c.NeedsUnsupported))
        {
            all++;
            ErrorList errors = new();
            ModelLoader.Load(each.Documents, new ModelScope(_ => null), errors, each.UnknownExtensions);
            if (errors.IsEmpty != each.IsValid)
            {
                wrong.Add($"{each.Name} {(each.IsValid ? "valid" : "INVALID")} {errors.ToList().FirstOrDefault()}");
            }
        }
        File.WriteAllLines($"/tmp/gemel/wrong{version}.txt", wrong);
        Assert.True(wrong.Count == 0, $"{all - wrong.Count} of {all} agree");
    }
}
