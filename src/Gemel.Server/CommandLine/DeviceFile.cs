using Gemel.Ingest;
using Gemel.Server.Replay;

namespace Gemel.Server.CommandLine;

/// <summary>A device to be added.</summary>
/// <param name="Twins">What it is bound to; empty: the twin of its own id.</param>
/// <param name="Mapping">Name of the mapping that resolves its tags; null: none.</param>
internal sealed record NewDevice(string Id, IReadOnlyList<string> Twins, string? Mapping);

/// <summary>A CSV file of devices: <c>device,twin[,mapping]</c>, one row for each binding.</summary>
internal static class DeviceFile
{
    private const string DeviceColumn = "device";
    private const string TwinColumn = "twin";
    private const string MappingColumn = "mapping";

    /// <summary>Reads all devices in the order of their first rows.</summary>
    /// <param name="path">Rows of one device are taken together: each binds another twin. An empty twin stands for the device's own id.</param>
    /// <returns>The devices, or every slip of the file with its line.</returns>
    public static Outcome<IReadOnlyList<NewDevice>> Read(string path)
    {
        try
        {
            using CsvSource csv = CsvSource.Open(path, CsvFormat.Default);
            return new Reading(path, csv.Columns).Read(csv.Rows());
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return ServerErrors.FileUnreadable.With(path, unreadable.Message);
        }
    }

    private sealed class Reading(string path, IReadOnlyList<string> columns)
    {
        private readonly List<GemelError> _errors = [];
        private readonly Dictionary<string, NewDevice> _devices = new(StringComparer.Ordinal);
        private readonly int _device = IndexOf(columns, DeviceColumn);
        private readonly int _twin = IndexOf(columns, TwinColumn);
        private readonly int _mapping = IndexOf(columns, MappingColumn);

        public Outcome<IReadOnlyList<NewDevice>> Read(IEnumerable<CsvRow> rows)
        {
            foreach (string column in (string[])[_device < 0 ? DeviceColumn : "", _twin < 0 ? TwinColumn : ""])
            {
                _errors.AddRange(column.Length == 0 ? [] : [ServerErrors.MissingColumn.With(path, column, string.Join(", ", columns.Select(c => $"'{c}'")))]);
            }
            foreach (CsvRow row in _errors.Count == 0 ? rows : [])
            {
                Add(row);
            }
            return _errors.Count == 0 ? _devices.Values.ToList() : Outcome<IReadOnlyList<NewDevice>>.Failure(_errors);
        }

        private void Add(CsvRow row)
        {
            if (row.Fields.Length != columns.Count)
            {
                Refuse(row, $"has {row.Fields.Length} fields, the header {columns.Count}");
                return;
            }
            string id = row.Fields[_device].Trim();
            string twin = row.Fields[_twin].Trim() is { Length: > 0 } named ? named : id;
            string? mapping = _mapping >= 0 && row.Fields[_mapping].Trim() is { Length: > 0 } given ? given : null;
            if (!DeviceId.TryCreate(id, out _))
            {
                Refuse(row, $"names the device '{id}', which is no device id");
            }
            else if (!TwinId.TryCreate(twin, out _))
            {
                Refuse(row, $"names the twin '{twin}', which is no twin id");
            }
            else if (!_devices.TryGetValue(id, out NewDevice? known))
            {
                _devices.Add(id, new NewDevice(id, [twin], mapping));
            }
            else if (known.Mapping != mapping)
            {
                Refuse(row, $"gives '{id}' the mapping '{mapping}', a row before it '{known.Mapping}'");
            }
            else
            {
                _devices[id] = known with { Twins = [.. known.Twins.Append(twin).Distinct()] };
            }
        }

        private void Refuse(CsvRow row, string what) => _errors.Add(ServerErrors.InvalidRow.With(what).At(new TextPosition(path, row.Line, 1)));

        private static int IndexOf(IReadOnlyList<string> columns, string name) =>
            columns.ToList().FindIndex(column => column.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
