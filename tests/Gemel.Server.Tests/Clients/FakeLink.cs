using System.Text;
using Gemel.Server.Clients;

namespace Gemel.Server.Tests.Clients;

/// <summary>A link whose server is the test: it sees each publish in order and says what becomes of it.</summary>
internal sealed class FakeLink(int receiveMaximum = 65_535) : IDeviceLink
{
    private readonly List<TaskCompletionSource<PublishOutcome>> _open = [];

    /// <summary>Called with each payload; null leaves the message waiting.</summary>
    public Func<string, PublishOutcome?> OnPublish { get; set; } = _ => new(PublishOutcomeKind.Taken, 0, "");

    public List<string> Received { get; } = [];

    public int Connects { get; private set; }

    public int MostOpen { get; private set; }

    public int ReceiveMaximum { get; } = receiveMaximum;

    public int Open => _open.Count;

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        Connects++;
        return Task.CompletedTask;
    }

    public Task<PublishOutcome> PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        string text = Encoding.UTF8.GetString(payload.Span);
        Received.Add(text);
        if (OnPublish(text) is { } outcome)
        {
            return Task.FromResult(outcome);
        }
        var waiting = new TaskCompletionSource<PublishOutcome>();
        _open.Add(waiting);
        MostOpen = Math.Max(MostOpen, _open.Count);
        cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
        return waiting.Task;
    }

    /// <summary>Acknowledges the oldest waiting message.</summary>
    public void AcknowledgeOldest()
    {
        TaskCompletionSource<PublishOutcome> oldest = _open[0];
        _open.RemoveAt(0);
        oldest.SetResult(new(PublishOutcomeKind.Taken, 0, ""));
    }

    /// <summary>Ends the connection under all waiting messages.</summary>
    public void Lose()
    {
        TaskCompletionSource<PublishOutcome>[] lost = [.. _open];
        _open.Clear();
        foreach (TaskCompletionSource<PublishOutcome> waiting in lost)
        {
            waiting.SetException(new LinkLostException("lost", null));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
