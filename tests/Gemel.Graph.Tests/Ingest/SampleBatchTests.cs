using System.Text;

namespace Gemel.Graph.Tests.Ingest;

public sealed class SampleBatchTests : IDisposable
{
    private static readonly Timestamp T0 = TestPlant.Start;
    private readonly TestPlant _plant = new();
    private readonly SampleBatchWriter _writer = new();
    private readonly Twin _twin;

    public SampleBatchTests() => _twin = _plant.Create("p1", TestSchemas.Pump);

    public void Dispose()
    {
        _writer.Dispose();
        _plant.Dispose();
    }

    [Fact]
    public void A_batch_reads_back_as_it_was_written()
    {
        string text = new('x', 10_000);
        _writer.Begin("device:gw-1"u8, "mqtt"u8, T0);
        _writer.BeginObject(_twin, TestSchemas.Pump, T0.Plus(1), item: 3, isAtomic: true);
        _writer.Add(0, 42, Quality.Uncertain, "drift"u8, T0.Plus(2));
        _writer.AddText(2, Encoding.UTF8.GetBytes(text), Quality.Good, default, Timestamp.None);
        _writer.AddNone(1, Quality.Bad, "noValue"u8, Timestamp.None);
        _writer.EndObject();

        var reader = new SampleBatchReader(_writer.Written.Span);
        Assert.Equal((T0, "device:gw-1", "mqtt"), (reader.Received, Encoding.UTF8.GetString(reader.ActorUtf8), Encoding.UTF8.GetString(reader.OriginUtf8)));
        Assert.True(reader.NextObject());
        Assert.Equal((_twin.Key, 1, T0.Plus(1).Ticks, 3, true, 3), (reader.Key, reader.SchemaId, reader.Source, reader.Item, reader.IsAtomic, reader.ValueCount));
        Assert.True(reader.NextValue());
        Assert.Equal((0, 42L, Quality.Uncertain, "drift", T0.Plus(2).Ticks), (reader.Column, reader.Bits, reader.Quality, Encoding.UTF8.GetString(reader.ReasonUtf8), reader.ValueSource));
        Assert.True(reader.NextValue());
        Assert.Equal((2, text, T0.Plus(1).Ticks, 0), (reader.Column, Encoding.UTF8.GetString(reader.Text), reader.ValueSource, reader.ReasonUtf8.Length));
        Assert.True(reader.NextValue());
        Assert.Equal((1, false), (reader.Column, reader.HasValue));
        Assert.False(reader.NextValue());
        Assert.False(reader.NextObject());
    }

    [Fact]
    public void An_object_without_values_is_left_out()
    {
        _writer.Begin("a"u8, "b"u8, T0);
        _writer.BeginObject(_twin, TestSchemas.Pump, T0, item: 0, isAtomic: false);
        _writer.EndObject();
        Assert.True(_writer.IsEmpty);
        Assert.False(new SampleBatchReader(_writer.Written.Span).NextObject());
    }

    [Fact]
    public void Moving_on_passes_over_values_not_read()
    {
        _writer.Begin("a"u8, "b"u8, T0);
        for (int item = 0; item < 3; item++)
        {
            _writer.BeginObject(_twin, TestSchemas.Pump, T0, item, isAtomic: false);
            _writer.AddText(2, "on"u8, Quality.Good, default, T0);
            _writer.EndObject();
        }
        var reader = new SampleBatchReader(_writer.Written.Span);
        int last = -1;
        while (reader.NextObject())
        {
            last = reader.Item;
        }
        Assert.Equal(2, last);
    }

    [Fact]
    public void A_value_of_the_wrong_kind_is_refused_before_it_reaches_a_shard()
    {
        _writer.Begin("a"u8, "b"u8, T0);
        _writer.BeginObject(_twin, TestSchemas.Pump, T0, item: 0, isAtomic: false);
        Assert.Throws<ArgumentException>(() => _writer.AddText(0, "on"u8, Quality.Good, default, default));
        Assert.Throws<ArgumentException>(() => _writer.Add(2, 1, Quality.Good, default, default));
    }

    [Fact]
    public void A_very_long_reason_becomes_other()
    {
        _plant.Send("p1", T0, new Sample("temperature", 1.0, Quality.Uncertain, new string('r', 300)));
        Assert.Equal("other", _plant.Cell("p1", "temperature").Reason);
    }
}
