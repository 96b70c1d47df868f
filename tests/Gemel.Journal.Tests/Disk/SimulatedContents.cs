namespace Gemel.Journal.Tests;

/// <summary>The contents of one file: as programs see them, as they are on the platter, and what waits in between.</summary>
internal sealed class SimulatedContents(byte[] durable)
{
    private readonly List<Change> _pending = [];
    private byte[] _durable = [.. durable];

    /// <param name="Bytes">Null truncates to <paramref name="Offset"/>.</param>
    private readonly record struct Change(long Offset, byte[]? Bytes)
    {
        public byte[] ApplyTo(byte[] contents)
        {
            int length = Bytes is null ? (int)Offset : Math.Max(contents.Length, (int)Offset + Bytes.Length);
            Array.Resize(ref contents, length);
            Bytes?.CopyTo(contents, Offset);
            return contents;
        }

        public Change Torn(Random random) => Bytes is null ? this : this with { Bytes = Bytes[..random.Next(Bytes.Length + 1)] };
    }

    public byte[] Seen { get; private set; } = durable;

    public void Write(byte[] bytes, long offset) => Apply(new Change(offset, bytes));

    public void Truncate(long length) => Apply(new Change(length, null));

    public void Sync()
    {
        _pending.ForEach(change => _durable = change.ApplyTo(_durable));
        _pending.Clear();
    }

    /// <summary>Writes some of what waits and forgets the rest; programs see all of it as before.</summary>
    public void SyncPartly(Random random)
    {
        _durable = AfterPowerLoss(random);
        _pending.Clear();
    }

    public byte[] AfterPowerLoss(Random random)
    {
        byte[] contents = [.. _durable];
        foreach (Change change in _pending)
        {
            contents = random.Next(3) switch
            {
                0 => contents,
                1 => change.Torn(random).ApplyTo(contents),
                _ => change.ApplyTo(contents),
            };
        }
        return contents;
    }

    private void Apply(Change change)
    {
        Seen = change.ApplyTo([.. Seen]);
        _pending.Add(change);
    }
}
