using System.Globalization;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.RealInput;

/// <summary>The recorded runs of the SKAB test bed.</summary>
internal static class SkabFiles
{
    public const string Model = "dtmi:gemel:samples:skab:TestBed;1";

    private const int SensorCount = 8;

    private static readonly string[] Paths =
    [
        "accelerometer1", "accelerometer2", "current", "pressure", "temperature", "thermocouple", "voltage", "volumeFlowRate", "anomaly", "changepoint",
    ];

    /// <summary>The model of the samples, as an upload.</summary>
    public static string Models => $"[{File.ReadAllText(Path.Combine(Places.Samples, "skab", "models", "TestBed.json"))}]";

    public static string Mapping => File.ReadAllText(Path.Combine(Places.Samples, "skab", "mapping.yaml"));

    /// <summary>Reads <c>anomaly-free</c> and <c>valve1/0</c> to <c>7</c>, or skips the test where they are absent.</summary>
    /// <param name="names">Without extension; none reads all.</param>
    public static IReadOnlyList<RecordedRun> Read(params string[] names)
    {
        Assert.SkipWhen(Places.Skab is null, "The recorded runs are absent: put them into ../shared/data/timeseries/skab, or name their root in GEMEL_SHARED.");
        string[] files = names.Length > 0 ? names : ["anomaly-free/anomaly-free", .. Enumerable.Range(0, 8).Select(i => $"valve1/{i}")];
        return [.. files.Select((file, i) => new RecordedRun($"bed-{i:000}", Model, ReadRows(Path.Combine(Places.Skab!, file + ".csv"))))];
    }

    /// <summary>The first sensors' values of a row, under the names of the file's columns.</summary>
    public static IEnumerable<(string Column, string Json)> Sensors(RecordedRow row) => Columns.Zip(row.Values.Take(SensorCount), (column, value) => (column, value.Json));

    /// <summary>Names of the sensors' columns.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage", "Volume Flow RateRMS"];

    /// <summary>Paths of the sensors, in the order of <see cref="Columns"/>.</summary>
    public static IReadOnlyList<string> SensorPaths { get; } = Paths[..SensorCount];

    private static List<RecordedRow> ReadRows(string file)
    {
        List<RecordedRow> rows = [];
        foreach (string line in File.ReadLines(file).Skip(1))
        {
            string[] cells = line.Split(';');
            string time = cells[0].Replace(' ', 'T') + ".0000000Z";
            rows.Add(RecordedRun.FlatRow(time, [.. cells[1..].Select((cell, i) => new RecordedValue(Paths[i], i < SensorCount ? Number(cell) : Label(cell)))]));
        }
        return rows;
    }

    private static string Number(string cell)
    {
        _ = decimal.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture);
        return cell;
    }

    private static string Label(string cell) => cell switch
    {
        "0.0" => "false",
        "1.0" => "true",
        _ => throw new FormatException($"'{cell}' is no label."),
    };
}
