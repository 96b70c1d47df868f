using System.Text;

namespace Gemel.Modeling.Tests.Models;

/// <summary>The extension <c>dtmi:gemel:context;1</c>.</summary>
public sealed class PeriodicTests
{
    private const string Id = "dtmi:test:Meter;1";

    [Theory]
    [InlineData(2, "Periodic", "interval")]
    [InlineData(3, "Periodic", "interval")]
    [InlineData(4, "Periodic", "interval")]
    [InlineData(3, "dtmi:gemel:class:Periodic;1", "dtmi:gemel:property:interval;1")]
    public void A_value_says_how_often_it_should_come(int version, string type, string property)
    {
        ModelSet models = Add($$"""{"@type":["Telemetry","{{type}}"],"name":"flow","schema":"double","{{property}}":"PT1M30S"}""", version).Value.Models;
        Assert.Equal(TimeSpan.FromSeconds(90), models.SchemaOf(Id).Columns.Single().Interval);
        Assert.Equal(TimeSpan.FromSeconds(90), ModelSet.Restore(models.Stored, models.NextSchemaId).SchemaOf(Id).Columns.Single().Interval);
    }

    [Theory]
    [InlineData("\"P1M\"")]
    [InlineData("\"PT0S\"")]
    [InlineData("\"often\"")]
    [InlineData("10")]
    public void An_interval_that_is_no_duration_is_refused(string interval)
    {
        Outcome<ModelSetChange> added = Add($$"""{"@type":["Property","Periodic"],"name":"flow","schema":"double","interval":{{interval}}}""");
        Assert.Equal("GMM044", added.Errors.Single().Code.Code);
    }

    [Fact]
    public void The_type_needs_the_interval_and_the_interval_the_type()
    {
        Assert.Equal("GMM041", Add("""{"@type":["Property","Periodic"],"name":"flow","schema":"double"}""").Errors.Single().Code.Code);
        Assert.Equal("GMM040", Add("""{"@type":"Property","name":"flow","schema":"double","interval":"PT1S"}""").Errors.Single().Code.Code);
        Assert.False(Add("""{"@type":["Command","Periodic"],"name":"stop","interval":"PT1S"}""").IsSuccess);
    }

    private static Outcome<ModelSetChange> Add(string content, int version = 3) => ModelSet.Empty.Add(
        [new ModelDocument(null, Encoding.UTF8.GetBytes(
            $$"""{"@context":["dtmi:dtdl:context;{{version}}","dtmi:gemel:context;1"],"@id":"{{Id}}","@type":"Interface","contents":[{{content}}]}"""))],
        Sample.Noon);
}
