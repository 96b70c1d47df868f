using Gemel.Server.Demo.Plant;

namespace Gemel.Server.Demo.Devices;

/// <summary>Runs the plant at a speed and hands each second of plant time to the devices.</summary>
/// <param name="speed">Seconds of plant time in a second; above 0.</param>
/// <remarks>The plant's clock may run fast; the values' times never do: a sample carries the moment at which it is due in real time. A clock that raced ahead would be one
/// that the server must distrust. When the process was held up for long, the plant goes on from the present instead of flooding the server.</remarks>
internal sealed class PlantRunner(PumpingStation station, PlantState start, ulong seed, double speed, TimeProvider clock)
{
    private const double StartLevel = 2.6;
    private const double StopLevel = 1.2;
    private const double OpenValve = 1;

    private static readonly TimeSpan PlantSecond = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(5);

    private readonly Weather _weather = new(seed);
    private readonly Noise _noise = new(seed);
    private readonly TimeSpan _interval = PlantSecond / speed;

    // Step k is due k / speed seconds after the origin.
    private DateTimeOffset _origin;
    private long _steps;

    public PlantState State { get; private set; } = start;

    /// <summary>Steps until it is cancelled; <paramref name="sample"/> is called for each step, on one thread at a time.</summary>
    public async Task RunAsync(Action<PlantReadings, Timestamp> sample, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_interval > ShortestTick ? _interval : ShortestTick, clock);
        do
        {
            CatchUp(clock.GetUtcNow(), sample);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Takes every step that is due at <paramref name="now"/>; the first call takes the first step.</summary>
    public void CatchUp(DateTimeOffset now, Action<PlantReadings, Timestamp> sample)
    {
        if (_steps == 0 || now - DueOf(_steps) > MostBehind)
        {
            (_origin, _steps) = (now, 0);
        }
        for (; DueOf(_steps) <= now; _steps++)
        {
            sample(Step(), Timestamp.From(DueOf(_steps)));
        }
    }

    // From the origin each time: a sum of intervals would drift by their rounding.
    private DateTimeOffset DueOf(long step) => _origin + TimeSpan.FromTicks((long)(step / speed * TimeSpan.TicksPerSecond));

    private PlantReadings Step()
    {
        PumpSettings[] settings = [.. station.Parameters.Pumps.Select(pump => new PumpSettings(PumpMode.Automatic, pump.Curve.RatedSpeed))];
        var inputs = new PlantInputs(
            _weather.Inflow(State.Elapsed), _weather.Temperature(State.Elapsed), OpenValve, [.. settings], StartLevel, StopLevel);
        State = station.Step(State, inputs, PlantSecond);
        return PlantReadings.Of(station, State, OpenValve, _noise);
    }
}
