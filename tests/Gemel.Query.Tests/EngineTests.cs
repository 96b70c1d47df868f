using System.Buffers;

namespace Gemel.Query.Tests;

public sealed class EngineTests : IDisposable
{
    private const string Pump = """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Pump;1","@type":"Interface","contents":[
          {"@type":"Property","name":"temperature","schema":"double"},{"@type":"Telemetry","name":"flow","schema":"double"}]}
        """;

    private readonly QueryPlant _plant = new([Pump]);

    public EngineTests()
    {
        for (int i = 0; i < 1000; i++)
        {
            _plant.Put($"p{i}", $$"""{"$metadata":{"$model":"dtmi:test:Pump;1"},"temperature":{{i}} }""");
        }
        _plant.Seal();
    }

    [Fact]
    public void A_page_ends_with_the_row_that_reaches_the_bytes_allowed()
    {
        PreparedQuery query = _plant.Prepare("SELECT $dtId FROM DIGITALTWINS");
        (List<string> one, QueryPosition? next) = _plant.Page(query, _plant.Moment, null, new QueryLimits(1000, Bytes: 1));
        Assert.Single(one);
        Assert.NotNull(next);
        (List<string> rest, next) = _plant.Page(query, _plant.Moment, next, new QueryLimits(1000));
        Assert.Equal(1000, rest.Concat(one).Distinct().Count());
        Assert.Null(next);
    }

    [Fact]
    public void TOP_counts_over_all_pages()
    {
        Assert.Equal(25, _plant.Rows("SELECT TOP(25) FROM DIGITALTWINS", pageRows: 7).Distinct().Count());
        Assert.Equal(21, _plant.Rows("SELECT TOP(21) FROM DIGITALTWINS", pageRows: 7).Distinct().Count());
    }

    [Fact]
    public void A_cancelled_query_ends_at_the_next_chunk()
    {
        PreparedQuery query = _plant.Prepare("SELECT COUNT() FROM DIGITALTWINS");
        Assert.Throws<OperationCanceledException>(() =>
            new QueryEngine().Execute(query, _plant.Shards, _plant.Moment, null, new QueryLimits(1), new ArrayBufferWriter<byte>(), new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("SELECT * FROM DIGITALTWINS T WHERE T.temprature > 1", "GMQ012 1:38", "The nearest is 'temperature'.")]
    [InlineData("SELECT flow FROM DIGITALTWINS", "GMQ012 1:8", "It is telemetry, whose last value is $telemetry.flow.")]
    public void A_name_that_no_model_defines_is_a_hint(string text, string place, string says)
    {
        GemelError hint = Assert.Single(_plant.Prepare(text).Hints);
        Assert.Equal(place, $"{hint.Code.Code} {hint.Position}");
        Assert.EndsWith(says, hint.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_a_model_defines_give_no_hint() =>
        Assert.Empty(_plant.Prepare("SELECT T, T.temperature AS t FROM DIGITALTWINS T WHERE T.$telemetry.flow > 1 AND IS_OF_MODEL(T, 'dtmi:test:Pump;1', exact)").Hints);

    public void Dispose() => _plant.Dispose();
}
