using System.Globalization;
using Gemel.Ingest;

namespace Gemel.Server.Replay;

/// <summary>A mapping applied to the columns of one file: which column is which path of which twin.</summary>
internal sealed class RowPlan
{
    private const string DevicePlaceholder = "device";

    private readonly CsvFormat _format;
    private readonly TimeTag? _time;
    private readonly int _timeIndex;
    private readonly int _columnCount;

    private RowPlan(Mapping mapping, int timeIndex, int columnCount, IReadOnlyList<PlannedColumn> columns)
    {
        _format = mapping.Csv;
        _time = mapping.Time;
        _timeIndex = timeIndex;
        _columnCount = columnCount;
        Columns = columns;
    }

    public IReadOnlyList<PlannedColumn> Columns { get; }

    public bool HasTime => _time is not null;

    /// <param name="file">Name of the file, for messages and for <c>{file}</c>.</param>
    /// <param name="device">For <c>{device}</c>; null where none is named, which is an error only where the mapping asks for it.</param>
    public static Outcome<RowPlan> Create(Mapping mapping, IReadOnlyList<string> columns, string file, string? device)
    {
        var errors = new List<GemelError>();
        string listed = string.Join(", ", columns.Select(c => $"'{c}'"));
        int timeIndex = mapping.Time is null ? -1 : columns.ToList().IndexOf(mapping.Time.Tag);
        if (mapping.Time is not null && timeIndex < 0)
        {
            errors.Add(ServerErrors.MissingTimeColumn.With(file, mapping.Time.Tag, listed));
        }
        var planned = new List<PlannedColumn>();
        MappingScope rules = mapping.For(topic: null);
        for (int i = 0; i < columns.Count; i++)
        {
            if (i == timeIndex)
            {
                continue;
            }
            if (rules.Find(columns[i]) is not { } found)
            {
                errors.AddRange(mapping.IsUnmatchedIgnored ? [] : [ServerErrors.UnmappedColumn.With(file, columns[i])]);
            }
            else if (!found.Rule.IsIgnored && device is null && (found.Rule.Twin!.Uses(DevicePlaceholder) || found.Rule.Path!.Uses(DevicePlaceholder)))
            {
                return ServerErrors.DeviceUnnamed.With(mapping.Name);
            }
            else if (!found.Rule.IsIgnored)
            {
                var names = new Dictionary<string, string>(found.Values, StringComparer.Ordinal) { [DevicePlaceholder] = device ?? "", ["file"] = Path.GetFileNameWithoutExtension(file) };
                planned.Add(new PlannedColumn(i, columns[i], found.Rule.Twin!.Fill(names)!, found.Rule.Path!.Fill(names)!, found.Rule.Conversion));
            }
        }
        if (planned.Count == 0)
        {
            errors.Add(ServerErrors.NothingMapped.With(file, listed));
        }
        return errors.Count == 0 ? new RowPlan(mapping, timeIndex, columns.Count, planned) : Outcome<RowPlan>.Failure(errors);
    }

    /// <summary>Reads a row.</summary>
    /// <param name="problems">What was left out, added to.</param>
    /// <returns>Null where the row as a whole cannot be used.</returns>
    public ReplayRow? Read(CsvRow row, List<GemelError> problems)
    {
        var at = new TextPosition(null, row.Line, 1);
        if (row.Fields.Length != _columnCount)
        {
            problems.Add(ServerErrors.UnreadableRow.With($"it has {row.Fields.Length} fields, the header {_columnCount}").At(at));
            return null;
        }
        Timestamp time = Timestamp.None;
        if (_time is not null && !_time.TryRead(row.Fields[_timeIndex], out time))
        {
            problems.Add(ServerErrors.UnreadableRow.With($"'{row.Fields[_timeIndex]}' is no time of the form '{_time.Format}'").At(at));
            return null;
        }
        var values = new List<ReplayValue>(Columns.Count);
        foreach (PlannedColumn column in Columns)
        {
            string raw = row.Fields[column.Index];
            if (raw.Length == 0 && !_format.IsEmptyNull)
            {
                continue;
            }
            if (!column.Conversion.TryConvert(raw, _format, out string? json, out string problem))
            {
                problems.Add(ServerErrors.UnreadableValue.With(raw, column.Name, problem).At(at with { Column = column.Index + 1 }));
            }
            else if (column.Takes(json, time))
            {
                values.Add(new ReplayValue(column, json));
            }
        }
        return new ReplayRow(row.Line, time, values);
    }
}

/// <summary>One column and where it goes; remembers the last value taken, for the deadband.</summary>
internal sealed class PlannedColumn(int index, string name, string twin, string path, ValueConversion conversion)
{
    private double? _lastValue;
    private Timestamp _lastTime;

    public int Index { get; } = index;

    public string Name { get; } = name;

    public string Twin { get; } = twin;

    /// <summary>Component and name, or the name alone.</summary>
    public string[] Path { get; } = path.Split('.', 2);

    public ValueConversion Conversion { get; } = conversion;

    /// <summary>Says whether a value passes the deadband, and remembers it if so.</summary>
    public bool Takes(string json, Timestamp time)
    {
        bool isNumber = double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        bool isLeftOut = Conversion.Deadband > 0 && isNumber && _lastValue is { } last && Math.Abs(value - last) <= Conversion.Deadband
            && (time.IsNone || (time > _lastTime && !(time - _lastTime >= Conversion.MaxInterval)));
        if (!isLeftOut)
        {
            _lastValue = isNumber ? value : null;
            _lastTime = time;
        }
        return !isLeftOut;
    }
}

/// <param name="Line">Of the file.</param>
/// <param name="Time">None where the file carries none.</param>
internal sealed record ReplayRow(int Line, Timestamp Time, IReadOnlyList<ReplayValue> Values);

/// <param name="Json">The value without unit, as JSON text.</param>
internal readonly record struct ReplayValue(PlannedColumn Column, string Json);
