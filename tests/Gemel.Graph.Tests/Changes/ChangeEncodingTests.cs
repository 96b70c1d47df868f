using System.Text;
using Google.Protobuf;

namespace Gemel.Graph.Tests.Changes;

/// <summary>The hand-made encoder and reader against the classes generated from <c>changes.proto</c>.</summary>
public sealed class ChangeEncodingTests : IDisposable
{
    private static readonly Timestamp T0 = TestPlant.Start;
    private readonly TestPlant _plant = new();

    public void Dispose() => _plant.Dispose();

    [Fact]
    public void Generated_classes_read_what_the_encoder_writes()
    {
        Twin twin = _plant.Create("pümp", TestSchemas.Pump, new Sample("temperature", 1.5), new Sample("state", "on"));
        _plant.Send("pümp", T0, new Sample("temperature", 2.5), new Sample("vibration", 0.5, Quality.Uncertain, "drift", T0.Plus(-1)));
        _plant.Commit();
        Wire.Commit commit = Wire.Commit.Parser.ParseFrom(_plant.Journal[0]);
        Assert.Equal(["key:admin", "device:gw-1"], commit.Groups.Select(g => g.Actor));
        Assert.Equal(["http", "mqtt"], commit.Groups.Select(g => g.Origin));
        Wire.TwinChange created = commit.Groups[0].Changes[0].Twin;
        Assert.Equal((twin.Key.Value, 1u, Wire.TwinAction.Create, "pümp"), (created.Key, created.Schema, created.Action, created.Id));
        Assert.Equal("on", created.Cells[1].Text.ToStringUtf8());
        Wire.TwinChange sent = commit.Groups[1].Changes[0].Twin;
        Assert.Equal((T0.Ticks, 2), (sent.Source, sent.Cells.Count));
        Assert.Equal((ulong)BitConverter.DoubleToInt64Bits(2.5), sent.Cells[0].Bits);
        Assert.Equal((4u, 1u, "drift", T0.Plus(-1).Ticks), (sent.Cells[1].Column, sent.Cells[1].Quality, sent.Cells[1].Reason, sent.Cells[1].Source));
    }

    [Fact]
    public void The_reader_reads_what_generated_classes_write()
    {
        _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.5), new Sample("state", "on", Quality.Bad, "why"));
        _plant.Create("p2", TestSchemas.Pump);
        _plant.Relate("p1", "r1", "p2", "{\"x\":1}");
        _plant.Commit();
        byte[] canonical = Wire.Commit.Parser.ParseFrom(_plant.Journal[0]).ToByteArray();
        Assert.NotEqual(_plant.Journal[0], canonical);
        Assert.Equal(JournalText.Cells(_plant.Journal[0]), JournalText.Cells(canonical));
        using var recovered = new TestPlant();
        Replay.Apply(canonical, 1, recovered.Context);
        Assert.Equal("on", recovered.Cell("p1", "state").String());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(16_300)]
    [InlineData(16_384)]
    [InlineData(3_000_000)]
    public void Messages_longer_than_the_reserved_length_are_moved_up(int length)
    {
        string text = new('x', length);
        _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.0), new Sample("state", text));
        _plant.Create("p2", TestSchemas.Pump, new Sample("temperature", 2.0));
        _plant.Commit();
        Assert.Equal([1, 1, length], JournalText.Cells(_plant.Journal[0]).Select(c => Math.Max(c.Text.Length, 1)).Order());
        Wire.Commit commit = Wire.Commit.Parser.ParseFrom(_plant.Journal[0]);
        Assert.Equal(length, commit.Groups.SelectMany(g => g.Changes).SelectMany(c => c.Twin.Cells).Max(c => c.Text.Length));
    }

    [Fact]
    public void Telemetry_and_catalog_changes_are_read_back()
    {
        Twin twin = _plant.Create("p1", TestSchemas.Pump);
        var encoder = new ChangeEncoder();
        encoder.BeginGroup(TestPlant.Admin, T0);
        encoder.Catalog("models"u8);
        encoder.Telemetry(twin.Key, new TelemetryMessage("motor", "m-1", T0, Encoding.UTF8.GetBytes("{\"a\":1}"), "application/json"), timeOffset: 300);
        encoder.EndGroup();
        using SealedChanges changes = encoder.Seal(5);
        var reader = new ChangeReader(changes.Payload.Span);
        Assert.True(reader.NextGroup());
        Assert.Equal("models", Encoding.UTF8.GetString(reader.Catalog));
        Assert.True(reader.NextChange());
        TelemetryEvent telemetry = reader.Telemetry;
        Assert.Equal(("motor", "m-1", "{\"a\":1}"), (Encoding.UTF8.GetString(telemetry.ComponentUtf8), Encoding.UTF8.GetString(telemetry.MessageIdUtf8), Encoding.UTF8.GetString(telemetry.Payload)));
        Assert.Equal((T0, T0.Ticks + 300), (telemetry.Source, telemetry.ServerTime.Ticks));
        Assert.False(reader.NextChange());
        Assert.False(reader.NextGroup());
    }

    [Fact]
    public void A_payload_cut_short_is_an_error_at_every_length()
    {
        _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.5));
        _plant.Commit();
        byte[] whole = _plant.Journal[0];
        for (int length = 1; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => JournalText.Cells(whole[..length]));
        }
    }

    [Fact]
    public void Sealed_bytes_cannot_be_read_after_they_were_given_back()
    {
        _plant.Create("p1", TestSchemas.Pump);
        SealedChanges changes = _plant.ShardOf("p1").Seal();
        changes.Dispose();
        Assert.Throws<ObjectDisposedException>(() => changes.Payload);
    }
}
