namespace Gemel.Graph;

/// <summary>Finds the newest form of each id: 12 bytes a place, two thirds of them used.</summary>
/// <remarks>
/// Open addressing with linear probing; the ids are the twins' own, the hash stands beside so that other ids are not looked at. The
/// hash is the runtime's randomised one: ids come from outside. Threading: one writer, under the gate; anyone reads at any time. A reader
/// that meets a place in the middle of a change finds the form before, the form after, or none where the id was gone in between.
/// </remarks>
internal sealed class TwinIdMap
{
    private const int FirstPlaces = 8;
    private const double MostFilled = 0.8;
    private const double Growth = 1.3;

    // Invariant: arrays are of one length; a place whose twin was taken away holds Gone, so that others behind it stay found.
    private volatile Table _table = new(FirstPlaces);
    private int _used;

    public int Count { get; private set; }

    public Twin? Find(ReadOnlySpan<char> id)
    {
        Table table = _table;
        int place = table.Find(id, HashOf(id));
        return place < 0 ? null : table.At(place);
    }

    /// <summary>Adds, or replaces the form of the same id.</summary>
    public void Set(Twin twin)
    {
        int hash = HashOf(twin.Id.Value);
        int place = _table.Find(twin.Id.Value, hash);
        if (place >= 0)
        {
            _table.Put(place, hash, twin);
            return;
        }
        if (_used >= _table.Length * MostFilled)
        {
            Rebuild();
        }
        _used += _table.Add(hash, twin) ? 1 : 0;
        Count++;
    }

    public void Remove(ReadOnlySpan<char> id)
    {
        int place = _table.Find(id, HashOf(id));
        if (place >= 0)
        {
            _table.TakeAway(place);
            Count--;
        }
    }

    /// <summary>All forms in no order, as they are while it is walked.</summary>
    public IEnumerable<Twin> All()
    {
        Table table = _table;
        for (int place = 0; place < table.Length; place++)
        {
            if (table.At(place) is { } twin)
            {
                yield return twin;
            }
        }
    }

    private void Rebuild()
    {
        // Where many were taken away, the same length may do.
        int length = Math.Max(FirstPlaces, (int)(Math.Max(Count, _table.Length * MostFilled / 2) / MostFilled * Growth) + 1);
        Table next = new(Math.Max(length, (int)(Count / MostFilled) + 2));
        _table.CopyTo(next);
        _used = Count;
        _table = next;
    }

    private static int HashOf(ReadOnlySpan<char> id) => string.GetHashCode(id, StringComparison.Ordinal);

    private sealed class Table(int length)
    {
        private static readonly object Gone = new();

        private readonly int[] _hashes = new int[length];
        private readonly object?[] _places = new object?[length];

        public int Length => _places.Length;

        public Twin? At(int place) => Volatile.Read(ref _places[place]) as Twin;

        public int Find(ReadOnlySpan<char> id, int hash)
        {
            for (int place = FirstOf(hash); ; place = Next(place))
            {
                object? held = Volatile.Read(ref _places[place]);
                if (held is null)
                {
                    return -1;
                }
                if (_hashes[place] == hash && held is Twin twin && id.SequenceEqual(twin.Id.Value))
                {
                    return place;
                }
            }
        }

        /// <returns>True where it took a place that was never used.</returns>
        public bool Add(int hash, Twin twin)
        {
            int place = FirstOf(hash);
            while (_places[place] is Twin)
            {
                place = Next(place);
            }
            bool isNew = _places[place] is null;
            Put(place, hash, twin);
            return isNew;
        }

        public void Put(int place, int hash, Twin twin)
        {
            _hashes[place] = hash;
            Volatile.Write(ref _places[place], twin);
        }

        // Without a look at the twins, each of which would be a miss of the cache; in order of the hashes, so that both tables are walked along.
        public void CopyTo(Table other)
        {
            for (int place = 0; place < _places.Length; place++)
            {
                if (_places[place] is Twin twin)
                {
                    other.Add(_hashes[place], twin);
                }
            }
        }

        public void TakeAway(int place) => Volatile.Write(ref _places[place], Gone);

        // Lemire, "Fast random integer generation in an interval", 2019: a multiplication instead of a division.
        private int FirstOf(int hash) => (int)(((ulong)(uint)hash * (uint)_places.Length) >> 32);

        private int Next(int place) => place + 1 == _places.Length ? 0 : place + 1;
    }
}
