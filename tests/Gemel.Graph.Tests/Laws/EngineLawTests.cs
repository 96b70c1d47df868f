using System.Buffers;
using CsCheck;

namespace Gemel.Graph.Tests.Laws;

/// <summary>Random steps against a reference that keeps a full copy of the state per commit.</summary>
public sealed class EngineLawTests
{
    private const int Iterations = 1500;

    private static readonly Gen<Step[]> Steps =
        Gen.Select(Gen.Int[0, 23], Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 60], Gen.Int[0, 60])
            .Select(s => new Step(s.Item1, s.Item2, s.Item3, s.Item4, s.Item5))
            .Array[1, 90];

    [Fact]
    public void Every_unreleased_commit_reads_as_the_reference_had_it()
    {
        Steps.Sample(steps =>
        {
            using var driver = new PlantDriver();
            foreach (Step step in steps)
            {
                driver.Do(step);
            }
            foreach ((long commit, ReferencePlant expected) in driver.Commits)
            {
                PlantCompare.Same(expected, driver.Plant, commit);
            }
            PlantCompare.Same(driver.State, driver.Plant, driver.Durable + 1);
        }, iter: Iterations);
    }

    [Fact]
    public void Rollback_leads_back_to_any_unreleased_commit()
    {
        Gen.Select(Steps, Gen.Int[0, 100]).Sample((steps, choice) =>
        {
            using var driver = new PlantDriver();
            foreach (Step step in steps)
            {
                driver.Do(step);
            }
            long durable = driver.Released + (choice % (driver.Durable - driver.Released + 1));
            driver.RollbackTo(durable);
            PlantCompare.Same(driver.State, driver.Plant, durable);
            PlantCompare.Same(driver.State, driver.Plant, durable + 1);
        }, iter: Iterations);
    }

    [Fact]
    public void Replaying_the_journal_gives_the_live_state()
    {
        Steps.Sample(steps =>
        {
            using var driver = new PlantDriver();
            foreach (Step step in steps)
            {
                driver.Do(step);
            }
            driver.RollbackTo(driver.Durable);
            using TestPlant recovered = driver.Plant.Recover();
            PlantCompare.Same(driver.State, recovered, driver.Durable);
            SameKeys(driver, recovered);
        }, iter: Iterations);
    }

    [Fact]
    public void Shards_that_take_their_own_changes_each_for_itself_reach_the_live_state()
    {
        Steps.Sample(steps =>
        {
            using var driver = new PlantDriver();
            foreach (Step step in steps)
            {
                driver.Do(step);
            }
            driver.RollbackTo(driver.Durable);
            using TestPlant recovered = ReplayedApart(driver.Plant);
            PlantCompare.Same(driver.State, recovered, driver.Durable);
            SameKeys(driver, recovered);
        }, iter: Iterations);
    }

    [Fact]
    public void A_checkpoint_of_any_unreleased_commit_and_the_journal_after_it_give_the_live_state()
    {
        Gen.Select(Steps, Gen.Int[0, 100]).Sample((steps, choice) =>
        {
            using var driver = new PlantDriver();
            foreach (Step step in steps)
            {
                driver.Do(step);
            }
            driver.RollbackTo(driver.Durable);
            long commit = driver.Released + (choice % (driver.Durable - driver.Released + 1));
            using TestPlant recovered = Checkpointed(driver.Plant, commit);
            PlantCompare.Same(driver.Commits[commit], recovered, commit);
            for (long next = commit + 1; next <= driver.Durable; next++)
            {
                Replay.Apply(driver.Plant.Journal[(int)next - 1], next, recovered.Context);
            }
            foreach (Shard shard in recovered.Shards)
            {
                shard.CompleteReplay(driver.Durable);
            }
            PlantCompare.Same(driver.State, recovered, driver.Durable);
            SameKeys(driver, recovered);
        }, iter: Iterations);
    }

    /// <summary>One shard far ahead of the other, up to each commit that both must take together.</summary>
    private static TestPlant ReplayedApart(TestPlant plant)
    {
        var recovered = new TestPlant(durable: 0) { Now = plant.Now };
        int from = 0;
        for (int next = 0; next <= plant.Journal.Count; next++)
        {
            bool isEnd = next == plant.Journal.Count;
            if (!isEnd && Replay.ScopeOf(plant.Journal[next]) == ReplayScope.Twins)
            {
                continue;
            }
            foreach (Shard shard in recovered.Shards.Reverse())
            {
                for (int commit = from; commit < next; commit++)
                {
                    Replay.ApplyTo(shard, plant.Journal[commit], commit + 1, recovered.Context);
                }
            }
            if (!isEnd)
            {
                Replay.Apply(plant.Journal[next], next + 1, recovered.Context);
            }
            from = next + 1;
        }
        foreach (Shard shard in recovered.Shards)
        {
            shard.CompleteReplay(plant.Journal.Count);
        }
        return recovered;
    }

    private static TestPlant Checkpointed(TestPlant plant, long commit)
    {
        var recovered = new TestPlant(durable: commit) { Now = plant.Now };
        var readers = new List<ShardCheckpointReader>();
        for (int i = 0; i < plant.Shards.Length; i++)
        {
            var bytes = new ArrayBufferWriter<byte>();
            var writer = new ShardCheckpointWriter(plant.Shards[i], commit);
            while (writer.WriteNext(bytes))
            {
            }
            var reader = new ShardCheckpointReader(recovered.Shards[i], recovered.Context);
            int taken = reader.Read(bytes.WrittenSpan[..(bytes.WrittenCount / 2)]);
            reader.Read(bytes.WrittenSpan[taken..]);
            readers.Add(reader);
        }
        readers.ForEach(r => r.Complete());
        return recovered;
    }

    private static void SameKeys(PlantDriver driver, TestPlant recovered)
    {
        foreach (string id in driver.State.Twins.Keys)
        {
            TwinView expected = driver.Plant.Read(id)!;
            TwinView actual = recovered.Read(id)!;
            Assert.Equal((expected.Key, expected.LastCommit), (actual.Key, actual.LastCommit));
        }
    }
}
