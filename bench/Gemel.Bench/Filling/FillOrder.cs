using Gemel.Bench.Fleet;

namespace Gemel.Bench.Filling;

/// <summary>What a data folder is filled with, by an instance in the filler's process; the server that is measured starts on it afterwards.</summary>
/// <param name="Fleet">Created where <see cref="CreatesTwins"/>.</param>
/// <param name="Messages">Data messages, each with all numbers of one twin, the twins in turn; with source times.</param>
/// <param name="KeepsTail">Leaves them in the journal, without a checkpoint or a seal after them.</param>
/// <param name="ModelsFile">Instead of a fleet: models as NDJSON (gzip), each with <paramref name="TwinsPerModel"/> twins that have a sample of every telemetry.</param>
internal sealed record FillOrder(string Folder, LargeFleet Fleet, bool CreatesTwins, int Messages, bool KeepsTail, string? ModelsFile = null, int TwinsPerModel = 0);

/// <param name="Twins">Created.</param>
/// <param name="DataBytes">The data itself: of every twin its id in UTF-8 and 24 bytes (value, source time, server time) for each number
/// set; with a file of models also their JSON text.</param>
internal sealed record FillResult(long Twins, long DataBytes);
