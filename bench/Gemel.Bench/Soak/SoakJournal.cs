using System.Globalization;

namespace Gemel.Bench.Soak;

/// <summary>What a soak has seen, in memory and, line by line, in the files that a report is made from.</summary>
internal sealed class SoakJournal : IDisposable
{
    public const string SamplesFile = "soak.csv";
    public const string EventsFile = "events.csv";

    private readonly StreamWriter _samples;
    private readonly StreamWriter _events;
    private readonly TimeProvider _clock;
    private readonly long _begin;
    private readonly Lock _gate = new();
    private int _failures;

    public SoakJournal(string folder, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        _clock = clock;
        _begin = clock.GetTimestamp();
        _samples = new StreamWriter(Path.Combine(folder, SamplesFile)) { AutoFlush = true };
        _events = new StreamWriter(Path.Combine(folder, EventsFile)) { AutoFlush = true };
        _samples.WriteLine(SoakSample.Header);
        _events.WriteLine(SoakEvent.Header);
    }

    public TimeSpan Elapsed => _clock.GetElapsedTime(_begin);

    public int Failures => Volatile.Read(ref _failures);

    public void Add(SoakSample sample)
    {
        lock (_gate)
        {
            _samples.WriteLine(sample.Row());
        }
    }

    public void Add(SoakEventKind kind, TimeSpan took = default, string text = "")
    {
        SoakEvent happened = new(Elapsed.TotalSeconds, kind, took.TotalSeconds, text);
        lock (_gate)
        {
            _failures += kind == SoakEventKind.Failure ? 1 : 0;
            _events.WriteLine(happened.Row());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Elapsed:hh\\:mm\\:ss} {kind} {took.TotalSeconds:0.###} {text}"));
        }
    }

    public void Dispose()
    {
        _samples.Dispose();
        _events.Dispose();
    }
}
