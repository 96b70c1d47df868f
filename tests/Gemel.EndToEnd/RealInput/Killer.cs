using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.RealInput;

/// <summary>Kills a server with SIGKILL at seeded moments and starts it again each time. A moment is a number of acknowledged messages,
/// so that it always lies within the run, with messages in flight.</summary>
internal sealed class Killer
{
    private readonly ServerProcess _server;
    private readonly (int Threshold, TaskCompletionSource Reached)[] _moments;
    private int _count;

    /// <param name="messages">How many will be acknowledged in all.</param>
    public Killer(ServerProcess server, int seed, int kills, int messages)
    {
        Random random = new(seed);
        _server = server;
        // Not in the last hundred: the window must be full of messages.
        _moments = [.. Enumerable.Range(0, kills).Select(_ => random.Next(1, messages - 100)).Order()
            .Select(t => (t, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)))];
    }

    /// <summary>A message was acknowledged.</summary>
    public void Count()
    {
        int count = Interlocked.Increment(ref _count);
        foreach ((int threshold, TaskCompletionSource reached) in _moments)
        {
            if (count == threshold)
            {
                reached.SetResult();
            }
        }
    }

    /// <summary>Ends after the last start.</summary>
    public async Task RunAsync()
    {
        foreach ((_, TaskCompletionSource reached) in _moments)
        {
            await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
            await _server.KillAsync();
            await _server.StartAgainAsync();
        }
    }
}
