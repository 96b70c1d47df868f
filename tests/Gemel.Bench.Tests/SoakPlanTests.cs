using Gemel.Bench.Soak;

namespace Gemel.Bench.Tests;

public sealed class SoakPlanTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void The_same_seed_ends_the_server_at_the_same_moments()
    {
        Assert.Equal(SoakPlan.Of(Hour, pace: 1, seed: 7), SoakPlan.Of(Hour, pace: 1, seed: 7));
        Assert.NotEqual(SoakPlan.Of(Hour, pace: 1, seed: 7), SoakPlan.Of(Hour, pace: 1, seed: 8));
    }

    [Fact]
    public void Storms_lie_around_a_calm_in_which_one_process_lives_on()
    {
        IReadOnlyList<Disturbance> plan = SoakPlan.Of(Hour, pace: 1, seed: 7);
        (TimeSpan from, TimeSpan to) = SoakPlan.Calm(Hour);
        Assert.Equal(plan.OrderBy(d => d.At), plan);
        Assert.Contains(plan, d => d.At < from);
        Assert.Contains(plan, d => d.At > to && d.At < Hour);
        Assert.DoesNotContain(plan, d => d.At >= from && d.At <= to);
    }
}
