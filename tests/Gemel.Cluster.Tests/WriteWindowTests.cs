using Gemel.Graph;

namespace Gemel.Cluster.Tests;

public sealed class WriteWindowTests
{
    [Fact]
    public async Task A_window_that_is_left_early_waits_for_what_is_on_its_way_and_tells_how_it_ended()
    {
        List<string> told = [];
        WriteWindow window = new(written => told.Add($"{written.Id} {(written.Outcome.IsSuccess ? "taken" : "refused")}"));
        TaskCompletionSource<Outcome<WriteReceipt>> first = new();
        TaskCompletionSource<Outcome<WriteReceipt>> second = new();
        await window.AddAsync("p1", 1, 10, () => new ValueTask<Outcome<WriteReceipt>>(first.Task));
        await window.AddAsync("p2", 2, 10, () => new ValueTask<Outcome<WriteReceipt>>(second.Task));

        Task left = window.DisposeAsync().AsTask();
        Assert.False(left.IsCompleted);
        first.SetException(new GemelException(ClusterErrors.Stopping.With()));
        Assert.False(left.IsCompleted);
        second.SetResult(GraphErrors.TwinNotFound.With("p2"));
        await left;

        Assert.Equal(["p2 refused"], told);
    }
}
