namespace Gemel.Journal;

/// <summary>What can go wrong with the data folder, the commit log, checkpoints and followers; prefix GMJ.</summary>
public static class JournalErrors
{
    private const string Restore = "Stop the server and restore the data folder with 'gemel restore' from a backup taken at or after that commit; 'gemel verify' lists every damaged place.";

    public static readonly ErrorCode FolderInUse = new("GMJ001", 500, true,
        "The data folder '{0}' is in use by another process (pid {1}).",
        "Stop that process, or give this one a data folder of its own.", "InternalError");

    public static readonly ErrorCode NewerFormat = new("GMJ002", 500, false,
        "'{0}' has format {1}, written by Gemel {2}; this program reads formats up to {3}.",
        "Start the version that wrote it, or a newer one.", "InternalError");

    public static readonly ErrorCode ForeignFolder = new("GMJ003", 500, false,
        "The folder '{0}' is not empty and holds no 'gemel.json'; it contains '{1}'.",
        "Name an empty folder, or one that Gemel made.", "InternalError");

    public static readonly ErrorCode DocumentDamaged = new("GMJ004", 500, false,
        "'{0}' is damaged: {1}.", "Restore it from a backup with 'gemel restore'; 'gemel verify' lists every damaged place.", "InternalError");

    public static readonly ErrorCode ForeignFile = new("GMJ005", 500, false,
        "'{0}' belongs to instance {1}, the data folder to instance {2}.",
        "Take the file away and put back the one that belongs here.", "InternalError");

    public static readonly ErrorCode UnfinishedRestore = new("GMJ006", 500, false,
        "The folder '{0}' holds a restore that was not finished.",
        "Run 'gemel restore' again for the same folder, which begins anew, or name another folder.", "InternalError");

    public static readonly ErrorCode RecordDamaged = new("GMJ010", 500, false,
        "The acknowledged commit {1} in '{0}' at offset {2} is damaged: {3}.", Restore, "InternalError");

    public static readonly ErrorCode SegmentDamaged = new("GMJ011", 500, false,
        "The journal file '{0}' is damaged: {1}.", Restore, "InternalError");

    public static readonly ErrorCode SegmentMissing = new("GMJ012", 500, false,
        "The journal in '{0}' lacks the commits {1} to {2}.", Restore, "InternalError");

    public static readonly ErrorCode WitnessDamaged = new("GMJ013", 500, false,
        "'{0}', the witness of the last acknowledged commit, is damaged: {1}.", Restore, "InternalError");

    public static readonly ErrorCode WriteFailed = new("GMJ020", 503, true,
        "The journal could not write '{0}': {1}", "Changes are refused until the disk takes writes again.", "ServiceUnavailable");

    public static readonly ErrorCode DiskFull = new("GMJ021", 507, true,
        "The disk that holds '{0}' is full.", "Make room; changes are taken again by themselves.", "InsufficientStorage");

    public static readonly ErrorCode LogStopped = new("GMJ022", 503, true,
        "The journal takes no commits since a write failed: {0}", "They are taken again once the disk has recovered.", "ServiceUnavailable");

    public static readonly ErrorCode RecordTooLarge = new("GMJ023", 413, false,
        "The commit {0} has {1} bytes; a record holds up to {2}.", "Split the change.", "PayloadTooLarge");

    public static readonly ErrorCode Unreadable = new("GMJ024", 500, true,
        "'{0}' could not be read: {1}", "Look at the disk and at the permissions of the data folder.", "InternalError");

    public static readonly ErrorCode CommitTrimmed = new("GMJ030", 410, false,
        "Commit {0} is no longer in the journal, which begins at {1}.",
        "Continue from the present state, or raise --journal-retention for the next time.", "NotFound");

    public static readonly ErrorCode CommitAhead = new("GMJ031", 500, false,
        "{0} stands at commit {1}, but the journal in '{2}' ends at {3}.",
        "The journal is older than what was made from it: restore both from the same backup.", "InternalError");

    public static readonly ErrorCode ChainForked = new("GMJ032", 500, false,
        "Commit {0} in '{1}' is not the one that was seen before: its hash is {2}, {3} was expected.",
        "Journal and checkpoint come from different pasts: restore both from the same backup.", "InternalError");

    public static readonly ErrorCode CheckpointDamaged = new("GMJ040", 500, false,
        "The checkpoint of commit {0} is damaged: '{1}' {2}.",
        "Restore it from a backup with 'gemel restore'; 'gemel verify' lists every damaged place.", "InternalError");
}
