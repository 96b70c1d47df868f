namespace Gemel.History;

/// <summary>Errors of the history store; prefix GMH.</summary>
public static class HistoryErrors
{
    public static readonly ErrorCode InvalidOption = new("GMH001", 500, false,
        "History:{0} is {1}; it must be {2}.", "");

    public static readonly ErrorCode DamagedManifest = new("GMH002", 500, false,
        "The history manifest '{0}' cannot be read: {1}.",
        "Restore the data folder with 'gemel restore', or move the history folder away: what the journal still holds is filled in again.");

    public static readonly ErrorCode NewerFormat = new("GMH003", 500, false,
        "The history folder '{0}' has format {1}; this version reads up to {2}.",
        "Start the version that wrote it, or a newer one.");

    public static readonly ErrorCode MissingFile = new("GMH004", 500, false,
        "The history file '{0}' is missing or has {1} bytes where {2} were written; it held {3}.",
        "Stop the server and run 'gemel restore BACKUP --data DIR --repair', which takes the file from a backup.");

    public static readonly ErrorCode WriteFailed = new("GMH005", 503, true,
        "History could not be written: {0}.",
        "Look at the disk's space and health; writing is tried again by itself.");

    public static readonly ErrorCode DamagedFile = new("GMH006", 500, false,
        "The history file '{0}' cannot be read: {1}.",
        "Stop the server and run 'gemel restore BACKUP --data DIR --repair', which takes the file from a backup.");

    public static readonly ErrorCode DamagedCatalog = new("GMH007", 500, false,
        "The catalog of series '{0}' is damaged at byte {1}.",
        "Stop the server and run 'gemel restore BACKUP --data DIR --repair'.");

    public static readonly ErrorCode ChangedFile = new("GMH009", 500, false,
        "The history file '{0}' is damaged: its {1} bytes have the hash {2}, {3} was written; it holds {4}.",
        "Stop the server and run 'gemel restore BACKUP --data DIR --repair', which takes the file from a backup.");

    public static readonly ErrorCode InvalidPeriod = new("GMH008", 400, false,
        "'{0}' is not a bucket period.",
        "Use an ISO 8601 duration such as PT1M, PT1H, P1D or P1M, from PT0.001S up, months and years not mixed with the rest.");
}
