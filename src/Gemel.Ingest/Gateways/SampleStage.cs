namespace Gemel.Ingest;

/// <summary>The samples of one flat object, in the order they came, chained twin by twin: they go into batches once the object is at its end.</summary>
internal sealed class SampleStage
{
    public const int None = -1;

    private readonly List<TwinGroup> _groups = [];
    private StagedSample[] _samples = new StagedSample[64];
    private byte[] _texts = new byte[256];
    private int _count;
    private int _textLength;

    /// <summary>Number of the present object.</summary>
    public long Object { get; private set; }

    /// <summary>The twins of the object, in the order they came.</summary>
    public IReadOnlyList<TwinGroup> Groups => _groups;

    public void BeginObject()
    {
        Object++;
        _groups.Clear();
        _count = 0;
        _textLength = 0;
    }

    /// <returns>False where the object has brought the entry's path of its twin already.</returns>
    public bool TryBegin(TagEntry entry)
    {
        if (TryBegin(entry.Group!))
        {
            _groups.Add(entry.Group!);
        }
        return entry.Group!.Columns.Add(entry.Conversion!.Column.Number);
    }

    /// <returns>False where the object has brought the twin something already.</returns>
    public bool TryBegin(TwinGroup group)
    {
        if (group.Object == Object)
        {
            return false;
        }
        group.Object = Object;
        group.First = group.Last = None;
        group.Columns.Clear(group.Twin.Schema.Columns.Length);
        return true;
    }

    public void Add(TagEntry entry, in DecodedSample sample)
    {
        if (_count == _samples.Length)
        {
            Array.Resize(ref _samples, _count * 2);
        }
        ref StagedSample staged = ref _samples[_count];
        staged.Entry = entry;
        staged.Next = None;
        staged.IsRefused = sample.Error is not null;
        staged.Form = sample.Form;
        staged.Quality = sample.Quality;
        staged.Bits = sample.Bits;
        staged.Time = sample.Time;
        staged.TextStart = _textLength;
        staged.TextLength = Keep(sample.Text);
        staged.ReasonLength = Keep(sample.Reason);
        TwinGroup group = entry.Group!;
        if (group.Last == None)
        {
            group.First = _count;
        }
        else
        {
            _samples[group.Last].Next = _count;
        }
        group.Last = _count++;
    }

    public ref readonly StagedSample this[int index] => ref _samples[index];

    /// <summary>The sample as it was decoded; its texts are valid until the next object.</summary>
    public DecodedSample Read(in StagedSample staged)
    {
        return new DecodedSample
        {
            Form = staged.Form,
            Quality = staged.Quality,
            Bits = staged.Bits,
            Time = staged.Time,
            Text = _texts.AsSpan(staged.TextStart, staged.TextLength),
            Reason = _texts.AsSpan(staged.TextStart + staged.TextLength, staged.ReasonLength),
        };
    }

    private int Keep(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }
        if (_texts.Length - _textLength < text.Length)
        {
            Array.Resize(ref _texts, Math.Max(_texts.Length * 2, _textLength + text.Length));
        }
        text.CopyTo(_texts.AsSpan(_textLength));
        _textLength += text.Length;
        return text.Length;
    }
}

/// <summary>A sample on the stage.</summary>
internal struct StagedSample
{
    public TagEntry Entry;

    /// <summary>The next sample of the same twin; <see cref="SampleStage.None"/> for the last.</summary>
    public int Next;

    /// <summary>It stands for a value that does not fit.</summary>
    public bool IsRefused;

    public SampleForm Form;
    public Quality Quality;
    public long Bits;
    public Timestamp Time;
    public int TextStart;
    public int TextLength;

    /// <summary>The reason follows the text.</summary>
    public int ReasonLength;
}
