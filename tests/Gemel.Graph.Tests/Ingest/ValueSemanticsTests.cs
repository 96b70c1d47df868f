namespace Gemel.Graph.Tests.Ingest;

/// <summary>The bullets of the contract's section "Values", one test or more each.</summary>
public sealed class ValueSemanticsTests : IDisposable
{
    private static readonly Timestamp T0 = TestPlant.Start;
    private readonly TestPlant _plant = new();

    public ValueSemanticsTests() => _plant.Create("p1", TestSchemas.Pump);

    public void Dispose() => _plant.Dispose();

    [Fact]
    public void A_first_value_becomes_the_present_one_with_both_times()
    {
        IngestReceipt receipt = Send(T0.Plus(-1), 21.5);
        CellView cell = Temperature();
        Assert.Equal(21.5, cell.Number());
        Assert.Equal(T0.Plus(-1), cell.Source);
        Assert.True(cell.Server >= T0);
        Assert.Equal(Quality.Good, cell.Quality);
        Assert.Equal((1, 0, 0), (receipt.Taken, receipt.Late, receipt.Repetitions));
    }

    [Fact]
    public void The_newest_source_time_is_present_and_an_older_one_is_late_and_goes_to_history_only()
    {
        Send(T0.Plus(-1), 21.5);
        IngestReceipt receipt = Send(T0.Plus(-2), 20);
        Assert.Equal(21.5, Temperature().Number());
        Assert.Equal((1, 1), (receipt.Taken, receipt.Late));
        Assert.Equal(CellFlags.Late, LastCell().Flags);
    }

    [Fact]
    public void Without_a_time_server_time_stands_in_also_against_values_that_carry_one()
    {
        Send(T0.Plus(-1), 21.5);
        Send(default, 30);
        Assert.Equal(30, Temperature().Number());
        Assert.True(Temperature().Source.IsNone);
        Assert.Equal(CellFlags.NoSource, LastCell().Flags);
        IngestReceipt buffered = Send(T0.Plus(-0.5), 22);
        Assert.Equal((1, 30), (buffered.Late, Temperature().Number()));
        Send(T0.Plus(0.5), 23);
        Assert.Equal(23, Temperature().Number());
    }

    [Fact]
    public void A_time_that_was_not_believed_holds_up_no_value_with_a_right_one()
    {
        Send(T0.Plus(3600), 99);
        Assert.Equal(99, Temperature().Number());
        Send(T0.Plus(-0.5), 22);
        Assert.Equal(22, Temperature().Number());
    }

    [Fact]
    public void A_value_without_a_time_does_not_make_an_older_device_value_present()
    {
        Send(T0.Plus(-1), 21.5);
        Send(default, 30);
        IngestReceipt receipt = Send(T0.Plus(-2), 20);
        Assert.Equal(1, receipt.Late);
        Assert.Equal(30, Temperature().Number());
    }

    [Fact]
    public void A_write_always_sets_the_state_and_never_outranks_the_device()
    {
        Send(T0.Plus(30), 21.5);
        _plant.Write("p1", new Sample("temperature", 50.0));
        Assert.Equal(50, Temperature().Number());
        Assert.True(Temperature().Source.IsNone);
        Assert.False(Temperature().IsFromDevice);
        Send(T0.Plus(31), 22);
        Assert.Equal(22, Temperature().Number());
        Assert.True(Temperature().IsFromDevice);
    }

    [Fact]
    public void A_write_with_a_source_time_shows_it_and_still_never_outranks_the_device()
    {
        Send(T0.Plus(-1), 21.5);
        _plant.Write("p1", new Sample("temperature", 50.0, Source: T0.Plus(3600)));
        Assert.Equal(T0.Plus(3600), Temperature().Source);
        Send(T0.Plus(1), 22);
        Assert.Equal(22, Temperature().Number());
        Assert.Equal(T0.Plus(1), Temperature().Source);
    }

    [Fact]
    public void The_devices_value_at_its_newest_time_sets_the_state_again_after_a_write()
    {
        Send(T0, 21.5);
        _plant.Write("p1", new Sample("temperature", 50.0));
        IngestReceipt receipt = Send(T0, 21.5);
        Assert.Equal((1, 0, 0), (receipt.Taken, receipt.Repetitions, receipt.Corrections));
        Assert.Equal(21.5, Temperature().Number());
    }

    [Fact]
    public void Server_time_never_runs_backwards()
    {
        Send(T0, 1);
        Timestamp first = Temperature().Server;
        _plant.Now = T0.Plus(-3600);
        Send(default, 2);
        Assert.True(Temperature().Server > first);
    }

    [Theory]
    [InlineData(61)]
    [InlineData(73 * 365.25 * 86400)]
    [InlineData(-56 * 365.25 * 86400)]
    public void A_wrong_clock_is_stored_at_server_time_uncertain_with_the_claimed_time_kept(double secondsFromNow)
    {
        Timestamp claimed = T0.Plus(secondsFromNow);
        IngestReceipt receipt = Send(claimed, 21.5);
        CellView cell = Temperature();
        Assert.Equal((21.5, Quality.Uncertain, QualityNames.Clock), (cell.Number(), cell.Quality, cell.Reason));
        Assert.True(cell.Source.IsNone);
        Assert.Equal(1, receipt.Clock);
        ChangedCellCopy journaled = LastCell();
        Assert.Equal((claimed, Timestamp.None, CellFlags.NoSource), (journaled.Claimed, journaled.Source, journaled.Flags));
    }

    [Fact]
    public void A_clock_just_within_the_limit_is_believed()
    {
        Send(T0.Plus(60), 21.5);
        Assert.Equal(T0.Plus(60), Temperature().Source);
        Assert.Equal(Quality.Good, Temperature().Quality);
    }

    [Fact]
    public void One_wrong_clock_never_freezes_a_twin()
    {
        Send(T0.Plus(1e9), 99);
        Send(T0.Plus(-1), 21.5);
        Assert.Equal((21.5, Quality.Good), (Temperature().Number(), Temperature().Quality));
        Assert.Null(Temperature().Reason);
    }

    [Fact]
    public void The_same_time_value_and_quality_is_a_repetition_and_is_not_journaled()
    {
        Send(T0, 21.5);
        _plant.Commit();
        IngestReceipt receipt = Send(T0, 21.5);
        Assert.Equal((0, 1), (receipt.Taken, receipt.Repetitions));
        Assert.False(_plant.ShardOf("p1").HasPending);
    }

    [Theory]
    [InlineData(22.0, Quality.Good, null)]
    [InlineData(21.5, Quality.Uncertain, null)]
    [InlineData(21.5, Quality.Uncertain, "sensorDrift")]
    [InlineData(null, Quality.Bad, null)]
    public void Another_value_quality_or_reason_at_the_same_time_is_a_correction_and_wins(double? value, Quality quality, string? reason)
    {
        Send(T0, 21.5);
        var sample = new Sample("temperature", value, quality, reason);
        IngestReceipt receipt = _plant.Send("p1", T0, sample);
        Assert.Equal((1, 1), (receipt.Taken, receipt.Corrections));
        Assert.Equal(quality, Temperature().Quality);
        Assert.Equal(value ?? 21.5, Temperature().Number());
        Assert.True((LastCell().Flags & CellFlags.Correction) != 0);
        Assert.Equal(1, _plant.Send("p1", T0, sample).Repetitions);
    }

    [Fact]
    public void Without_a_time_a_resend_is_a_new_sample()
    {
        Send(default, 21.5);
        Assert.Equal((1, 0), (Send(default, 21.5).Taken, Send(default, 21.5).Repetitions));
    }

    [Fact]
    public void An_unchanged_value_at_a_new_time_is_a_sample()
    {
        Send(T0, 21.5);
        Assert.Equal(1, Send(T0.Plus(1), 21.5).Taken);
        Assert.Equal(T0.Plus(1), Temperature().Source);
    }

    [Fact]
    public void A_sample_older_than_the_live_window_is_backfill_and_still_present_where_it_is_the_newest()
    {
        IngestReceipt receipt = Send(T0.Plus(-61), 21.5);
        Assert.Equal((1, 1, 0), (receipt.Taken, receipt.Backfill, receipt.Late));
        Assert.Equal(21.5, Temperature().Number());
        Assert.Equal(CellFlags.Backfill, LastCell().Flags);
        Assert.Equal(0, Send(T0.Plus(-59), 21.5).Backfill);
    }

    [Fact]
    public void Late_backfill_carries_both_marks()
    {
        Send(T0, 21.5);
        Send(T0.Plus(-100), 20);
        Assert.Equal(CellFlags.Late | CellFlags.Backfill, LastCell().Flags);
    }

    [Fact]
    public void Null_means_bad_with_no_value_and_the_last_value_stays_until_a_good_one_clears_the_reason()
    {
        Send(T0, 21.5);
        _plant.Send("p1", T0.Plus(1), new Sample("temperature", null));
        CellView cell = Temperature();
        Assert.Equal((21.5, Quality.Bad, QualityNames.NoValue, true), (cell.Number(), cell.Quality, cell.Reason, cell.HasValue));
        ChangedCellCopy journaled = LastCell();
        Assert.Equal((CellFlags.NoValue, false), (journaled.Flags, journaled.HasValue));
        Send(T0.Plus(2), 22);
        Assert.Equal((22, Quality.Good, null), (Temperature().Number(), Temperature().Quality, Temperature().Reason));
    }

    [Fact]
    public void An_invalid_value_makes_its_path_bad_and_leaves_its_neighbours()
    {
        _plant.Send("p1", T0, new Sample("temperature", null, Quality.Bad, QualityNames.Invalid), new Sample("pressure", 3.0));
        Assert.Equal((Quality.Bad, QualityNames.Invalid, false), (Temperature().Quality, Temperature().Reason, Temperature().HasValue));
        Assert.Equal(3, _plant.Cell("p1", "pressure").Number());
    }

    [Fact]
    public void A_value_may_carry_its_own_time_beside_the_objects()
    {
        _plant.Send("p1", T0, new Sample("temperature", 1.0, Source: T0.Plus(-5)), new Sample("pressure", 2.0));
        Assert.Equal(T0.Plus(-5), Temperature().Source);
        Assert.Equal(T0, _plant.Cell("p1", "pressure").Source);
    }

    [Fact]
    public void Telemetry_has_a_present_value_and_does_not_change_the_version()
    {
        uint version = _plant.Read("p1")!.Version;
        _plant.Send("p1", T0, new Sample("vibration", 0.7));
        Assert.Equal(0.7, _plant.Cell("p1", "vibration").Number());
        Assert.Equal(version, _plant.Read("p1")!.Version);
        Send(T0, 21.5);
        Assert.Equal(version + 1, _plant.Read("p1")!.Version);
    }

    [Fact]
    public void Texts_follow_the_same_rules()
    {
        _plant.Send("p1", T0, new Sample("state", "running"));
        Assert.Equal(1, _plant.Send("p1", T0, new Sample("state", "running")).Repetitions);
        Assert.Equal(1, _plant.Send("p1", T0, new Sample("state", "stopped")).Corrections);
        Assert.Equal(1, _plant.Send("p1", T0.Plus(-1), new Sample("state", "starting")).Late);
        Assert.Equal("stopped", _plant.Cell("p1", "state").String());
    }

    [Fact]
    public void A_value_is_stale_when_it_did_not_come_as_often_as_expected()
    {
        Send(T0, 21.5);
        _plant.Living("p1").ExpectedInterval = TimeSpan.FromSeconds(10);
        _plant.Now = T0.Plus(10.9);
        Assert.Equal(Quality.Good, Temperature().Quality);
        _plant.Now = T0.Plus(11.1);
        Assert.Equal((Quality.Uncertain, QualityNames.Stale), (Temperature().Quality, Temperature().Reason));
    }

    [Fact]
    public void What_the_model_says_of_a_values_interval_holds_before_the_devices()
    {
        _plant.Create("q1", TestSchemas.Periodic);
        _plant.Send("q1", T0, new Sample("fast", 1.0), new Sample("slow", 2.0), new Sample("other", 3.0));
        _plant.Living("q1").ExpectedInterval = TimeSpan.FromSeconds(10);
        Assert.Equal("", StaleAt(2.9));
        Assert.Equal("fast", StaleAt(3.1));
        Assert.Equal("fast,other", StaleAt(11.1));
        Assert.Equal("fast,slow,other", StaleAt(3602));

        string StaleAt(double seconds)
        {
            _plant.Now = T0.Plus(seconds);
            return string.Join(",", new[] { "fast", "slow", "other" }.Where(path => _plant.Cell("q1", path).Reason == QualityNames.Stale));
        }
    }

    [Fact]
    public void A_lost_devices_values_become_uncertain_after_a_grace_time_and_bad_ones_stay_bad()
    {
        _plant.Send("p1", T0, new Sample("temperature", 21.5), new Sample("pressure", null));
        _plant.Living("p1").CommLostSince = T0;
        _plant.Now = T0.Plus(9);
        Assert.Equal(Quality.Good, Temperature().Quality);
        _plant.Now = T0.Plus(11);
        Assert.Equal((Quality.Uncertain, QualityNames.CommLost), (Temperature().Quality, Temperature().Reason));
        Assert.Equal((Quality.Bad, QualityNames.NoValue), (_plant.Cell("p1", "pressure").Quality, _plant.Cell("p1", "pressure").Reason));
    }

    [Fact]
    public void After_a_restart_device_values_are_uncertain_until_refreshed_and_written_ones_are_not()
    {
        using var plant = new TestPlant(startedAt: T0.Plus(5));
        plant.Create("p1", TestSchemas.Pump, new Sample("pressure", 2.0));
        plant.Send("p1", T0, new Sample("temperature", 21.5));
        Assert.Equal((Quality.Uncertain, QualityNames.Restarted), (plant.Cell("p1", "temperature").Quality, plant.Cell("p1", "temperature").Reason));
        Assert.Equal(Quality.Good, plant.Cell("p1", "pressure").Quality);
        plant.Now = T0.Plus(6);
        plant.Send("p1", T0.Plus(6), new Sample("temperature", 21.5));
        Assert.Equal(Quality.Good, plant.Cell("p1", "temperature").Quality);
    }

    [Fact]
    public void An_object_for_a_deleted_twin_is_rejected_by_its_item()
    {
        Twin twin = _plant.Living("p1");
        _plant.Delete("p1");
        IngestReceipt receipt = _plant.Send(twin, TestSchemas.Pump, T0, new Sample("temperature", 1.0));
        Assert.Equal([new RejectedObject(7, twin.Key, RejectionReason.TwinNotFound)], receipt.Rejected);
        Assert.Equal(0, receipt.Taken);
    }

    [Fact]
    public void An_object_decoded_by_another_schema_is_rejected_for_decoding_again()
    {
        Twin twin = _plant.Living("p1");
        _plant.ChangeModel("p1", TestSchemas.SmartPump);
        IngestReceipt receipt = _plant.Send(twin, TestSchemas.Pump, T0, new Sample("temperature", 1.0));
        Assert.Equal([new RejectedObject(7, twin.Key, RejectionReason.SchemaChanged)], receipt.Rejected);
    }

    [Fact]
    public void Reasons_beyond_the_bound_become_other()
    {
        Send(T0, 1);
        for (int i = 0; i < 5000; i++)
        {
            _plant.Send("p1", T0, new Sample("temperature", 1.0, Quality.Uncertain, $"reason {i}"));
        }
        Assert.Equal("other", Temperature().Reason);
        _plant.Send("p1", T0, new Sample("temperature", 1.0, Quality.Uncertain, "reason 17"));
        Assert.Equal("reason 17", Temperature().Reason);
    }

    private IngestReceipt Send(Timestamp source, double celsius) => _plant.Send("p1", source, new Sample("temperature", celsius));

    private CellView Temperature() => _plant.Cell("p1", "temperature");

    /// <summary>Seals, and gives the last cell journaled.</summary>
    private ChangedCellCopy LastCell()
    {
        _plant.Commit();
        return JournalText.Cells(_plant.Journal[^1])[^1];
    }
}
