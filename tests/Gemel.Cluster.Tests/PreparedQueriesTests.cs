using Gemel.Modeling;
using Gemel.Query;

namespace Gemel.Cluster.Tests;

public sealed class PreparedQueriesTests
{
    private const string All = "SELECT * FROM DIGITALTWINS";

    private readonly QueryEngine _engine = new();
    private readonly PreparedQueries _queries = new();

    [Fact]
    public void A_text_is_prepared_once_for_the_same_models_and_anew_for_others()
    {
        ModelSet others = ModelSet.Empty.Add(
            [new ModelDocument(null, """{"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:A;1","@type":"Interface"}"""u8.ToArray())], default).Value.Models;
        PreparedQuery first = _queries.Prepare(_engine, All, ModelSet.Empty).Value;
        Assert.Same(first, _queries.Prepare(_engine, All, ModelSet.Empty).Value);
        Assert.NotSame(first, _queries.Prepare(_engine, All, others).Value);
        Assert.NotSame(first, _queries.Prepare(_engine, All + " ", ModelSet.Empty).Value);
    }

    [Fact]
    public void Many_texts_are_not_kept_for_ever()
    {
        PreparedQuery first = _queries.Prepare(_engine, All, ModelSet.Empty).Value;
        for (int i = 0; i < PreparedQueries.Most; i++)
        {
            Assert.True(_queries.Prepare(_engine, $"{All} T WHERE T.$dtId = 'p{i}'", ModelSet.Empty).IsSuccess);
        }
        Assert.NotSame(first, _queries.Prepare(_engine, All, ModelSet.Empty).Value);
    }

    [Fact]
    public void An_error_is_an_error_each_time()
    {
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("GMQ010", Assert.Single(_queries.Prepare(_engine, "SELECT", ModelSet.Empty).Errors).Code.Code);
        }
    }
}
