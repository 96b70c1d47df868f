namespace Gemel.Bench.Fleet;

/// <summary>What was sent since the server started: how often each meter, and what it read last.</summary>
internal sealed class SentTally(Workload workload)
{
    private readonly long[] _messages = new long[workload.Positions * workload.Connections];
    private readonly int[] _lastVariant = new int[workload.Positions * workload.Connections];

    public long Messages { get; private set; }

    public long Values => Messages * workload.ValuesPerMessage;

    /// <param name="sentByConnection">Messages of one run of the loader, which began with each connection's first.</param>
    public void Add(IReadOnlyList<long> sentByConnection)
    {
        for (int connection = 0; connection < sentByConnection.Count; connection++)
        {
            Messages += sentByConnection[connection];
            for (int position = 0; position < workload.Positions; position++)
            {
                AddPosition(connection, position, sentByConnection[connection]);
            }
        }
    }

    /// <summary>Samples that history must hold of this property.</summary>
    public long SamplesOf(int meter, int property) => _messages[Cell(workload.PlaceOf(meter, property))];

    /// <summary>The reading that the twin must show; there must have been one.</summary>
    public string LastReading(int meter, int property) => Readings.Text(meter, property, _lastVariant[Cell(workload.PlaceOf(meter, property))]);

    private void AddPosition(int connection, int position, long sent)
    {
        if (sent <= position)
        {
            return;
        }
        int cell = Cell((connection, position));
        long passes = (sent - 1 - position) / workload.Positions;
        _messages[cell] += passes + 1;
        _lastVariant[cell] = (int)(passes % workload.Variants);
    }

    private int Cell((int Connection, int Position) place) => (place.Connection * workload.Positions) + place.Position;
}
