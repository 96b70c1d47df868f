using System.Diagnostics.Metrics;

namespace Gemel.Http;

/// <summary>Figures of the HTTP door, meter <c>Gemel.Http</c>; request rates and durations are the web server's own.</summary>
internal sealed class HttpMetrics
{
    public const string MeterName = "Gemel.Http";

    private readonly Counter<long> _errors;
    private readonly Counter<long> _dataItems;
    private readonly Counter<long> _events;
    private readonly UpDownCounter<long> _streams;

    public HttpMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _errors = meter.CreateCounter<long>("gemel.http.errors", "{answer}", "Answers that carry an error, by its code.");
        _dataItems = meter.CreateCounter<long>("gemel.http.data.items", "{item}", "Items of device data, by what became of them.");
        _events = meter.CreateCounter<long>("gemel.http.stream.events", "{event}", "Events sent on streams.");
        _streams = meter.CreateUpDownCounter<long>("gemel.http.streams", "{stream}", "Streams that are open.");
    }

    public void Failed(ErrorCode code) => _errors.Add(1, new KeyValuePair<string, object?>("code", code.Code));

    public void DataItems(long items, string disposition) => _dataItems.Add(items, new KeyValuePair<string, object?>("disposition", disposition));

    public void EventsSent(long events) => _events.Add(events);

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed() => _streams.Add(-1);
}
