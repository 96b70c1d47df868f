using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>One form of a twin: from its creation, or from a change of its model, to the next such change or its deletion.
/// It stands for one row of one table all its time; what changes is the row and the header here.</summary>
/// <remarks>
/// A change of the model makes a new form with the same <see cref="Key"/>; deletion and re-creation make one with a new key.
/// The form before stays reachable from the new one while a snapshot or a rollback may need it.
/// Threading: <see cref="Id"/>, <see cref="Key"/>, <see cref="Schema"/> never change and <see cref="IsLive"/> may be asked by
/// anyone; all else needs the shard's gate.
/// </remarks>
public sealed class Twin
{
    private TwinExtras? _extras;

    internal Twin(TwinId id, TwinKey key, TwinTable table, int row, long createdCommit, long sinceCommit)
    {
        Id = id;
        Key = key;
        Table = table;
        Row = row;
        CreatedCommit = createdCommit;
        SinceCommit = sinceCommit;
    }

    public TwinId Id { get; }

    public TwinKey Key { get; }

    public TwinSchema Schema => Table.Schema;

    /// <summary>The table that holds its values.</summary>
    public TwinTable Table { get; }

    /// <summary>Row number in <see cref="Table"/>.</summary>
    public int Row { get; }

    /// <summary>The commit that created this life.</summary>
    public long CreatedCommit { get; }

    /// <summary>The commit from which this form is the twin; the creation's unless the model changed.</summary>
    public long SinceCommit { get; }

    /// <summary>The commit from which this form is not the twin any more (deleted, or another model); 0 while it is.</summary>
    public long EndedCommit
    {
        get => Volatile.Read(ref _extras) is { } extras ? Volatile.Read(ref extras.EndedCommit) : 0;
        internal set => Volatile.Write(ref Extras().EndedCommit, value);
    }

    public bool IsLive => EndedCommit == 0;

    /// <summary>The last commit that changed anything of it.</summary>
    public long LastCommit { get; internal set; }

    /// <summary>Counts the changes of what a GET shows (properties, their metadata, model; not telemetry), from 1.</summary>
    public uint Version { get; internal set; }

    /// <summary>Server time of the last change that <see cref="Version"/> counted.</summary>
    public Timestamp LastUpdate { get; internal set; }

    /// <summary>Since when its device is lost; none while it is not. Not journaled: presence is known anew after a restart.</summary>
    public Timestamp CommLostSince
    {
        get => _extras?.CommLostSince ?? default;
        set
        {
            if (_extras is not null || !value.IsNone)
            {
                Extras().CommLostSince = value;
            }
        }
    }

    /// <summary>How often values should come of which the model does not say it (<see cref="Modeling.Column.Interval"/>), as the
    /// device's settings have it; zero where nothing says so.</summary>
    public TimeSpan ExpectedInterval
    {
        get => _extras?.ExpectedInterval ?? default;
        set
        {
            if (_extras is not null || value != default)
            {
                Extras().ExpectedInterval = value;
            }
        }
    }

    /// <summary>The form of this id before, of this or of an earlier life.</summary>
    internal Twin? Previous
    {
        get => _extras?.Previous;
        set
        {
            if (_extras is not null || value is not null)
            {
                Extras().Previous = value;
            }
        }
    }

    /// <summary>Nobody can see it any more; its row may hold another twin.</summary>
    internal bool IsForgotten
    {
        get => _extras?.IsForgotten ?? false;
        set => Extras().IsForgotten = value;
    }

    /// <summary>Index of its newest undo entry; entries before the log's start are gone.</summary>
    internal long UndoHead { get; set; } = -1;

    /// <summary>Its newest image among <see cref="RowImages"/>; those before their start are gone.</summary>
    internal long ImageHead { get; set; } = -1;

    /// <summary>Its relationships; shared by all forms of one life.</summary>
    internal Adjacency? Adjacency { get; set; }

    /// <summary>The form that a reader at <paramref name="commit"/> sees; null where the twin did not exist then.</summary>
    internal Twin? At(long commit)
    {
        Twin? form = this;
        while (form is not null && form.SinceCommit > commit)
        {
            form = form.Previous;
        }
        return form is null || (form.EndedCommit != 0 && form.EndedCommit <= commit) ? null : form;
    }

    // Published whole: the end of a twin is asked without the gate.
    private TwinExtras Extras()
    {
        if (_extras is null)
        {
            Volatile.Write(ref _extras, new TwinExtras());
        }
        return _extras!;
    }
}
