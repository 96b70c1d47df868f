namespace Gemel.Server.Clients;

/// <summary>Pauses between attempts: doubled from half a second to half a minute, each shortened by up to a half at random, so that many
/// clients of one server do not come back at the same instant.</summary>
internal sealed class BackOff(TimeProvider clock, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _attempts;

    public void Reset() => _attempts = 0;

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Next(), clock, cancellationToken);

    /// <summary>The next pause; counts as an attempt.</summary>
    public TimeSpan Next()
    {
        TimeSpan full = First * Math.Pow(2, Math.Min(_attempts++, 16));
        return (full < Longest ? full : Longest) * (1 - (random.NextDouble() / 2));
    }
}
