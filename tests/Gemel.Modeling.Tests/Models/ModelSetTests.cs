using System.Text;

namespace Gemel.Modeling.Tests.Models;

public sealed class ModelSetTests
{
    private const string Asset = "dtmi:acme:Asset;1";
    private const string Motor = "dtmi:acme:Motor;1";
    private const string Pump = "dtmi:acme:Pump;1";

    private static readonly ModelDocument[] Plant =
    [
        Sample.Interface(Pump, $"{Sample.Property("speed")},{Sample.Component("motor", Motor)}", Asset),
        Sample.Interface(Motor, """{ "@type": ["Telemetry", "Temperature"], "name": "winding", "schema": "float", "unit": "degreeCelsius", "displayName": { "de": "Wicklung" } }""", Asset),
        Sample.Interface(Asset, Sample.Property("serial", "\"string\"")),
    ];

    [Fact]
    public void A_schema_has_inherited_columns_first_and_components_unfolded_behind()
    {
        TwinSchema schema = ModelSet.Empty.Add(Plant).SchemaOf(Pump);

        Assert.Equal(["serial", "speed", "motor.serial", "motor.winding"], schema.Columns.Select(c => c.Path));
        Assert.Equal([0, 1, 2, 3], schema.Columns.Select(c => c.Number));
        Assert.Equal([new ModelId(Pump), new ModelId(Asset)], schema.Bases);
        Column winding = schema.FindComponent("motor"u8)!.FindColumn("winding"u8)!;
        Assert.Same(schema.Columns[3], winding);
        Assert.Equal((ColumnRole.Telemetry, ValueKind.Single, "degreeCelsius", "Temperature", "Wicklung"), (winding.Role, winding.Kind, winding.Unit, winding.SemanticTypes.Single(), winding.DisplayName));
        Assert.True(schema.IsOfModel(new ModelId(Asset)));
        Assert.False(schema.IsOfModel(new ModelId(Motor)));
    }

    [Fact]
    public void Added_models_come_back_in_upload_order_while_schemas_are_numbered_dependencies_first()
    {
        ModelSetChange change = ModelSet.Empty.Add(Plant, Sample.Noon).Value;

        Assert.Equal([Pump, Motor, Asset], change.Added.Select(m => m.Id.Value));
        Assert.Equal([3, 2, 1], change.Added.Select(m => m.Schema.Id));
        Assert.Equal(4, change.Models.NextSchemaId);
        Assert.All(change.Added, m => Assert.Equal(Sample.Noon, m.UploadTime));
    }

    [Fact]
    public void One_faulty_document_keeps_all_others_out()
    {
        Outcome<ModelSetChange> outcome = ModelSet.Empty.Add([.. Plant, Sample.Interface("dtmi:acme:Bad;1", Sample.Property("a", "\"colour\""))], Sample.Noon);

        Assert.Equal("GMM044", Assert.Single(outcome.Errors).Code.Code);
    }

    [Fact]
    public void A_model_that_exists_is_refused_with_409()
    {
        Outcome<ModelSetChange> outcome = ModelSet.Empty.Add(Plant).Add([Plant[2]], Sample.Noon);

        GemelError error = Assert.Single(outcome.Errors);
        Assert.Equal((409, "ModelAlreadyExists"), (error.Code.Status, error.Code.AzureCode));
    }

    [Fact]
    public void A_used_model_cannot_be_deleted_and_a_deleted_one_leaves_its_schema()
    {
        ModelSet models = ModelSet.Empty.Add(Plant);
        int pumpSchema = models.SchemaOf(Pump).Id;

        Assert.Equal("ModelReferencesNotDeleted", models.Delete(new ModelId(Motor)).Errors.Single().Code.AzureCode);
        ModelSet without = models.Delete(new ModelId(Pump)).Value;

        Assert.False(without.TryGet(new ModelId(Pump), out _));
        Assert.True(without.TryGetSchema(pumpSchema, out TwinSchema? schema));
        Assert.Equal(Pump, schema.Model.Value);
        Assert.True(without.Delete(new ModelId(Motor)).IsSuccess);
        Assert.Equal("ModelNotFound", without.Delete(new ModelId(Pump)).Errors.Single().Code.AzureCode);
    }

    [Fact]
    public void Decommissioning_goes_from_the_user_to_the_used()
    {
        ModelSet models = ModelSet.Empty.Add(Plant);

        Assert.Equal("ModelReferencesNotDecommissioned", models.Decommission(new ModelId(Motor), true).Errors.Single().Code.AzureCode);
        ModelSet changed = models.Decommission(new ModelId(Pump), true).Value.Decommission(new ModelId(Motor), true).Value;

        Assert.Equal([Motor, Pump], changed.Models.Where(m => m.IsDecommissioned).Select(m => m.Id.Value));
        Assert.Equal([Motor], changed.Decommission(new ModelId(Pump), false).Value.Models.Where(m => m.IsDecommissioned).Select(m => m.Id.Value));
    }

    [Fact]
    public void Dependencies_are_the_models_themselves_and_all_they_use()
    {
        ModelSet models = ModelSet.Empty.Add(Plant);

        Assert.Equal([Asset, Motor, Pump], models.DependenciesOf([new ModelId(Pump), new ModelId("dtmi:acme:None;1")]).Select(m => m.Id.Value));
        Assert.Equal([Asset], models.DependenciesOf([new ModelId(Asset)]).Select(m => m.Id.Value));
    }

    [Fact]
    public void A_base_uploaded_anew_does_not_change_the_schemas_made_before()
    {
        ModelSet models = ModelSet.Empty.Add(Plant);
        string before = Sample.Describe(models.SchemaOf(Pump));
        ModelSet emptied = models.Delete(new ModelId(Pump)).Value.Delete(new ModelId(Motor)).Value.Delete(new ModelId(Asset)).Value;
        ModelSet again = emptied.Add(Plant[0], Plant[1], Sample.Interface(Asset, Sample.Property("plate", "\"long\"")));

        Assert.True(again.TryGetSchema(3, out TwinSchema? old));
        Assert.Equal(before, Sample.Describe(old));
        Assert.Equal(["plate", "speed", "motor.plate", "motor.winding"], again.SchemaOf(Pump).Columns.Select(c => c.Path));
        Assert.Equal(6, again.SchemaOf(Pump).Id);
        AssertSame(again, ModelSet.Restore(again.Stored, again.NextSchemaId));
    }

    [Fact]
    public void Adding_the_same_to_the_same_set_is_deterministic_and_stored_models_give_it_again()
    {
        ModelSet models = ModelSet.Empty.Add(Plant).Decommission(new ModelId(Pump), true).Value;
        ModelSet more = models.Add(Sample.Interface("dtmi:acme:FastPump;1", Sample.Property("boost"), Pump));

        AssertSame(more, models.Add(Sample.Interface("dtmi:acme:FastPump;1", Sample.Property("boost"), Pump)));
        AssertSame(more, models.AddStored(more.Stored.Where(s => s.SchemaId >= models.NextSchemaId)));
        AssertSame(more, ModelSet.Restore(more.Stored, more.NextSchemaId));
    }

    [Fact]
    public void Restoring_keeps_the_next_schema_number_even_when_the_newest_is_not_stored()
    {
        Assert.Equal(17, ModelSet.Restore(ModelSet.Empty.Add(Plant).Stored, 17).NextSchemaId);
    }

    [Fact]
    public void A_damaged_stored_model_is_the_worlds_fault()
    {
        StoredModel damaged = ModelSet.Empty.Add(Plant).Stored.First() with { Document = "{"u8.ToArray() };

        Assert.Equal("GMM099", Assert.Throws<GemelException>(() => ModelSet.Restore([damaged], 1)).Error.Code.Code);
    }

    [Fact]
    public void Documents_are_kept_compact_without_byte_order_mark_and_texts_as_language_maps()
    {
        byte[] json = [.. Encoding.UTF8.Preamble, .. """{ "@context": "dtmi:dtdl:context;2", "@id": "dtmi:acme:A;1", "@type": "Interface", "displayName": "Größe" }"""u8];

        ModelEntry entry = ModelSet.Empty.Add([new ModelDocument(null, json)], Sample.Noon).Value.Added.Single();

        Assert.Equal("""{"@context":"dtmi:dtdl:context;2","@id":"dtmi:acme:A;1","@type":"Interface","displayName":"Größe"}""", Encoding.UTF8.GetString(entry.Document.Span));
        Assert.Equal("Größe", entry.DisplayName["en"]);
        Assert.Empty(entry.Description);
    }

    [Fact]
    public void An_upload_without_a_model_is_refused()
    {
        Assert.Equal("GMM095", ModelSet.Empty.Add([new ModelDocument(null, "[]"u8.ToArray())], Sample.Noon).Errors.Single().Code.Code);
    }

    private static void AssertSame(ModelSet expected, ModelSet actual)
    {
        Assert.Equal(expected.NextSchemaId, actual.NextSchemaId);
        Assert.Equal(expected.Models.Select(Line), actual.Models.Select(Line));
        Assert.Equal(expected.Stored.Select(s => s with { Document = default }), actual.Stored.Select(s => s with { Document = default }));
        for (int id = 1; id < expected.NextSchemaId; id++)
        {
            Assert.True(expected.TryGetSchema(id, out TwinSchema? one) & actual.TryGetSchema(id, out TwinSchema? other));
            Assert.Equal(Sample.Describe(one!), Sample.Describe(other!));
        }

        static string Line(ModelEntry m) =>
            $"{m.Id} {m.UploadTime} {m.IsDecommissioned} {m.Schema.Id} {Encoding.UTF8.GetString(m.Document.Span)} {string.Join(",", m.Extends)} {string.Join(",", m.ComponentModels)}";
    }
}
