using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>The server under load on a disk that loses, tears and reorders what was not synced.</summary>
public sealed class PowerLossTests(TracedRun run) : IClassFixture<TracedRun>
{
    private const int DefaultImages = 24;

    private static int Images =>
        int.TryParse(Environment.GetEnvironmentVariable("GEMEL_POWER_CUTS"), out int images) ? images : DefaultImages;

    [Fact]
    public void The_layer_sees_every_change_of_every_file()
    {
        run.SkipWhereUnavailable();
        Disk disk = run.DiskAt(run.Entries.Count, seed: 0);
        Dictionary<string, byte[]?> rebuilt = disk.Seen();
        Dictionary<string, byte[]?> real = Disk.Of(run.Layer!.Root).Seen();
        Assert.Equal(real.Keys.Order(StringComparer.Ordinal), rebuilt.Keys.Order(StringComparer.Ordinal));
        foreach ((string path, byte[]? bytes) in real)
        {
            Assert.True(bytes is null ? rebuilt[path] is null : bytes.AsSpan().SequenceEqual(rebuilt[path]), $"{path} differs.");
        }
        Assert.Contains(run.Entries, e => e.Kind == TraceKind.Write && e.Path.EndsWith(".parquet.tmp", StringComparison.Ordinal));
        Assert.Contains(run.Entries, e => e.Kind == TraceKind.Unlink && e.Path.StartsWith("data/journal/", StringComparison.Ordinal));
        Assert.Contains(run.Entries, e => e.Kind == TraceKind.Unlink && e.Path.EndsWith(".parquet", StringComparison.Ordinal));
        Assert.Contains(run.Entries, e => e.Kind == TraceKind.Unlink && e.Path.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_power_cut_at_any_moment_all_that_was_acknowledged_is_there_once()
    {
        run.SkipWhereUnavailable();
        Random random = new(run.Seed);
        List<string> failures = [];
        for (int i = 0; i < Images; i++)
        {
            int count = run.ChooseCut(random);
            IReadOnlyList<string> wrong = await run.CutAsync(count, seed: random.Next());
            failures.AddRange(wrong.Select(w => $"{run.Entries[count - 1]}: {w}"));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{Images} power cuts; {run.Summary}.");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>A server that forgets one kind of sync must not get through: else the tests above prove nothing.</summary>
    [Theory]
    [InlineData("data/journal/0", false)]
    [InlineData("data/journal/witness", false)]
    [InlineData("data/journal", true)]
    [InlineData("data/history/manifest.json", false)]
    [InlineData("data/history/samples", false)]
    [InlineData("data/checkpoints", false)]
    public async Task A_sync_left_out_is_caught(string part, bool ofFolder)
    {
        TraceKind kind = ofFolder ? TraceKind.SyncFolder : TraceKind.Sync;
        run.SkipWhereUnavailable();
        Random random = new(run.Seed);
        for (int i = 0; i < 40; i++)
        {
            int count = random.Next(run.Entries.Count / 3, run.Entries.Count);
            if ((await run.CutAsync(count, seed: random.Next(), e => e.Kind == kind && e.Path.StartsWith(part, StringComparison.Ordinal))).Count > 0)
            {
                return;
            }
        }
        Assert.Fail($"Forty power cuts without {kind} of {part} were all survived.");
    }
}
