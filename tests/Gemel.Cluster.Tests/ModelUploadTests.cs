using System.Collections;
using System.Collections.Immutable;
using System.Text;
using Gemel.Modeling;

namespace Gemel.Cluster.Tests;

public sealed class ModelUploadTests
{
    [Fact(Timeout = 60_000)]
    public async Task Commits_go_on_while_an_upload_is_being_read_and_compiled()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        Meanwhile documents = new(Interface("dtmi:test:Valve;1"), () => instance.PutPumpAsync("p1").Wait(TestContext.Current.CancellationToken));
        Outcome<ImmutableArray<ModelEntry>> added = await AddAsync(instance, documents);
        Assert.True(added.IsSuccess);
        Assert.NotNull(instance.Read("p1"));
    }

    [Fact]
    public async Task An_upload_is_compiled_once()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        ModelEntry added = (await AddAsync(instance, new Meanwhile(Interface("dtmi:test:Valve;1"), () => { }))).Value.Single();
        Assert.True(instance.Instance.Catalog.Models.TryGet(added.Id, out ModelEntry? model));
        Assert.Same(added.Schema, model.Schema);
        Assert.True(instance.Instance.Catalog.Models.TryGetSchema(added.Schema.Id, out TwinSchema? schema));
        Assert.Same(added.Schema, schema);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upload_that_needs_a_model_deleted_meanwhile_is_refused()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        Meanwhile documents = new(
            Interface("dtmi:test:BigPump;1", TestInstance.PumpModel),
            () => instance.Instance.Models.DeleteAsync(new ModelId(TestInstance.PumpModel), TestInstance.Tester, TestInstance.Cancelled)
                .AsTask().Wait(TestContext.Current.CancellationToken));
        Outcome<ImmutableArray<ModelEntry>> added = await AddAsync(instance, documents);
        Assert.Contains(TestInstance.PumpModel, Assert.Single(added.Errors).Message);
        Assert.Empty(instance.Instance.Catalog.Models.Models);
    }

    [Fact]
    public async Task What_an_upload_made_is_the_same_after_a_restart()
    {
        TestInstance before = await TestInstance.StartAsync();
        await AddAsync(before, new Meanwhile(Interface("dtmi:test:BigPump;1", TestInstance.PumpModel), () => { }));
        ModelEntry[] models = [.. before.Instance.Catalog.Models.Models];
        await before.StopAsync();
        await using TestInstance after = await TestInstance.ReopenAsync(before.Folder);
        ModelEntry[] again = [.. after.Instance.Catalog.Models.Models];
        Assert.Equal(models.Select(Described), again.Select(Described));

        static string Described(ModelEntry model) =>
            $"{model.Id} {model.Schema.Id} {model.UploadTime} {string.Join(',', model.Schema.Columns.Select(c => c.Path))} {Encoding.UTF8.GetString(model.Document.Span)}";
    }

    private static ValueTask<Outcome<ImmutableArray<ModelEntry>>> AddAsync(TestInstance instance, IReadOnlyList<ModelDocument> documents) =>
        instance.Instance.Models.AddAsync(documents, TestInstance.Tester, TestInstance.Cancelled);

    private static ModelDocument Interface(string id, string? extends = null) => new(null, Encoding.UTF8.GetBytes(
        $$"""{"@context":"dtmi:dtdl:context;3","@id":"{{id}}","@type":"Interface"{{(extends is null ? "" : $",\"extends\":\"{extends}\"")}},"contents":[]}"""));

    /// <summary>One document, and something that happens when it is read for the first time.</summary>
    private sealed class Meanwhile(ModelDocument document, Action happens) : IReadOnlyList<ModelDocument>
    {
        private Action? _happens = happens;

        public int Count => 1;

        public ModelDocument this[int index] => Read();

        public IEnumerator<ModelDocument> GetEnumerator()
        {
            yield return Read();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private ModelDocument Read()
        {
            Interlocked.Exchange(ref _happens, null)?.Invoke();
            return document;
        }
    }
}
