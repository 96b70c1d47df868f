using System.Text.Json;
using Gemel.Modeling;
using Gemel.Server.Demo;
using Gemel.Server.Demo.Board;
using Gemel.Server.Demo.Devices;
using Gemel.Server.Demo.Plant;

namespace Gemel.Server.Tests.Demo;

public sealed class SamplePlantTests
{
    private static readonly SamplePlant Plant = SamplePlant.Load(SamplePlant.DefaultFolder);

    private static readonly ModelSet Models = Compile(Plant.Models);

    [Fact]
    public void The_models_of_the_test_bed_compile()
    {
        string path = Path.Combine(RepositoryPaths.Root, "samples", "skab", "models", "TestBed.json");
        ModelSet models = Compile([JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path))]);
        Assert.Equal("litrePerMinute", SchemaOf(models, "dtmi:gemel:samples:skab:TestBed;1").FindPath("volumeFlowRate")?.Unit);
    }

    [Fact]
    public void Every_twin_of_the_graph_has_a_model_and_only_properties_of_it()
    {
        Assert.Equal(7, Plant.Twins.Count);
        foreach (JsonElement twin in Plant.Twins)
        {
            TwinSchema schema = SchemaOf(twin);
            Assert.All(Paths(twin, ""), path => Assert.True(schema.FindPath(path) is { Role: ColumnRole.Property }, $"{twin}: {path}"));
            Assert.All(schema.Components, component => Assert.True(twin.TryGetProperty(component.Name, out _), $"{twin} lacks {component.Name}"));
        }
    }

    [Fact]
    public void Every_relationship_is_one_that_its_source_declares_towards_its_target()
    {
        Assert.Equal(12, Plant.Relationships.Count);
        foreach (JsonElement relationship in Plant.Relationships)
        {
            TwinSchema source = SchemaOf(Twin(relationship.GetProperty("$dtId").GetString()!));
            TwinSchema target = SchemaOf(Twin(relationship.GetProperty("$targetId").GetString()!));
            RelationshipSchema declared = source.FindRelationship(relationship.GetProperty("$relationshipName").GetString()!)!;
            Assert.True(declared.Target is { } model && target.IsOfModel(model), relationship.ToString());
            Assert.All(Paths(relationship, ""), path => Assert.NotNull(declared.FindProperty(path)));
        }
    }

    [Fact]
    public void Every_value_that_a_device_sends_is_a_column_of_its_twins_model()
    {
        var station = new PumpingStation(PlantParameters.Sample);
        PlantReadings readings = PlantReadings.Of(station, PlantParameters.Sample.AtRest(2, 15, 0, 0), 1, new Noise(1));
        foreach (PlantDevice device in PlantDevice.All)
        {
            TwinSchema schema = SchemaOf(Twin(device.TwinId));
            JsonElement payload = JsonSerializer.Deserialize<JsonElement>(device.Payload(readings, Timestamp.FromUnixMilliseconds(0)));
            Assert.Equal("1970-01-01T00:00:00.0000000Z", payload.GetProperty("$time").GetString());
            Assert.All(Paths(payload, ""), path => Assert.True(schema.FindPath(path) is not null, $"{device.TwinId}: {path}"));
        }
    }

    [Fact]
    public void The_states_of_the_simulation_are_values_of_the_models_enums()
    {
        var state = (EnumSchema)SchemaOf(Twin("V1")).FindPath("state")!.Schema;
        var mode = (EnumSchema)SchemaOf(Twin("P1")).FindPath("mode")!.Schema;
        Assert.Subset(state.Values.Select(v => v.Text).ToHashSet(), Enum.GetNames<ValveState>().Select(n => n.ToLowerInvariant()).ToHashSet());
        Assert.Subset(mode.Values.Select(v => v.Text).ToHashSet(), Enum.GetNames<PumpMode>().Select(n => n.ToLowerInvariant()).ToHashSet());
    }

    [Fact]
    public void Units_are_shown_as_people_write_them()
    {
        var units = new UnitSymbols(Plant.Models);
        Assert.Equal("A", units.Of("dtmi:gemel:samples:pumping:Pump;1", "motor.current"));
        Assert.Equal("l/min", units.Of("dtmi:gemel:samples:pumping:Tank;1", "inflow"));
        Assert.Equal("", units.Of("dtmi:gemel:samples:pumping:Pump;1", "running"));
        Assert.Equal("8.41", BoardTable.Number("8.41273"));
    }

    private static JsonElement Twin(string id) => Plant.Twins.Single(twin => twin.GetProperty("$dtId").GetString() == id);

    private static TwinSchema SchemaOf(JsonElement twin) => SchemaOf(Models, twin.GetProperty("$metadata").GetProperty("$model").GetString()!);

    private static TwinSchema SchemaOf(ModelSet models, string id) => models.Models.Single(model => model.Id == new ModelId(id)).Schema;

    private static ModelSet Compile(IEnumerable<JsonElement> documents)
    {
        ModelDocument[] models = [.. documents.Select(d => new ModelDocument(d.GetProperty("@id").GetString(), JsonSerializer.SerializeToUtf8Bytes(d)))];
        Outcome<ModelSetChange> change = ModelSet.Empty.Add(models, Timestamp.FromUnixMilliseconds(0));
        Assert.Empty(change.Errors);
        return change.Value.Models;
    }

    private static IEnumerable<string> Paths(JsonElement element, string prefix) =>
        element.EnumerateObject()
            .Where(member => !member.Name.StartsWith('$'))
            .SelectMany(member => member.Value.ValueKind == JsonValueKind.Object ? Paths(member.Value, $"{member.Name}.") : [prefix + member.Name]);
}
