namespace Gemel.Server;

/// <summary>Errors of the program and of its client commands; prefix GMX.</summary>
internal static class ServerErrors
{
    public static readonly ErrorCode RequestFailed = new("GMX001", 502, true,
        "{0} {1} answered {2}: {3}",
        "See whether the server is ready ('GET /health/ready') and the key is an administrator's.");

    public static readonly ErrorCode ConnectionRefused = new("GMX002", 401, false,
        "The MQTT server at {0} refused device '{1}': {2}.",
        "Give the device id and its secret; 'gemel device add' makes them.");

    public static readonly ErrorCode NothingMapped = new("GMX020", 400, false,
        "No column of '{0}' is mapped; the file has {1}.",
        "Compare names (they are case-sensitive) and 'source.delimiter'.");

    public static readonly ErrorCode MissingTimeColumn = new("GMX021", 400, false,
        "'{0}' has no column '{1}' for the time; the file has {2}.",
        "Correct 'time.tag' in the mapping, or 'source.delimiter'.");

    public static readonly ErrorCode UnmappedColumn = new("GMX022", 400, false,
        "No rule maps the column '{1}' of '{0}'.",
        "Add a rule for it, with 'ignore: true' to leave it out, or set 'unmatched: ignore'.");

    public static readonly ErrorCode UnreadableRow = new("GMX023", 400, false,
        "The row is left out: {0}.", "");

    public static readonly ErrorCode UnreadableValue = new("GMX024", 400, false,
        "The value '{0}' of column '{1}' is left out: {2}.", "");

    public static readonly ErrorCode AddressTaken = new("GMX030", 500, true,
        "{0} is in use by another program.",
        "Stop that program, or choose another address with --http or --mqtt (port 0 takes a free one).", "InternalError");

    public static readonly ErrorCode StartFailed = new("GMX031", 500, false,
        "The server could not start: {0}", "See the log on standard error.", "InternalError");

    public static readonly ErrorCode InvalidSetting = new("GMX032", 400, false,
        "{0} is '{1}'; it must be {2}.", "");

    public static readonly ErrorCode KeyMissing = new("GMX033", 401, false,
        "There is no key for {0}.",
        "Name a file that holds one with --key-file, set GEMEL_KEY, or run this where '{1}' can be read.");

    public static readonly ErrorCode ServerUnreachable = new("GMX034", 503, true,
        "There is no answer from {0}: {1}.", "Start a server with 'gemel serve', or name the right one with --url.");

    public static readonly ErrorCode FileUnreadable = new("GMX035", 400, false,
        "'{0}' could not be read: {1}", "See to it that it exists and may be read.");

    public static readonly ErrorCode NothingToUpload = new("GMX036", 400, false,
        "No '*.json' file is in {0}.", "Name model files, or folders that hold them.");

    public static readonly ErrorCode MalformedDocument = new("GMX037", 400, false,
        "The document is not well-formed JSON: {0}", "");

    public static readonly ErrorCode MissingColumn = new("GMX038", 400, false,
        "'{0}' has no column '{1}'; it has {2}.", "The first line names the columns: device,twin[,mapping].");

    public static readonly ErrorCode InvalidRow = new("GMX039", 400, false,
        "The row {0}.", "Nothing was sent; correct the file and run the command again.");

    public static readonly ErrorCode MqttUnreachable = new("GMX041", 503, true,
        "Nobody answers at MQTT {0}: {1}.", "Start a server with 'gemel serve', or name the right address with --mqtt.");

    public static readonly ErrorCode FileUnwritable = new("GMX042", 400, false,
        "'{0}' could not be made: {1}", "Name a file that does not exist yet, in a folder that may be written.");

    public static readonly ErrorCode BackupFolderForeign = new("GMX060", 400, false,
        "The folder '{0}' holds no backups, but '{1}'.", "Name an empty folder, or one that 'gemel backup' made.");

    public static readonly ErrorCode BackupDamaged = new("GMX061", 500, false,
        "The backup '{0}' is damaged: {1}.", "Take another backup ('gemel backup list DIR' names them), or another copy of this one.");

    public static readonly ErrorCode BackupNewer = new("GMX062", 500, false,
        "The backup '{0}' has format {1}; this program reads formats up to {2}.", "Use the version that wrote it, or a newer one.");

    public static readonly ErrorCode BackupNameRefused = new("GMX063", 500, false,
        "{0} lists a file that no data folder has: '{1}' with the hash '{2}' and {3} bytes.", "Nothing was written for it; use a backup and a server of Gemel, of the same version as this program.");

    public static readonly ErrorCode BackupFolderInUse = new("GMX064", 500, true,
        "Another backup into '{0}' is under way.", "Wait until it ends, or name another folder.");

    public static readonly ErrorCode BackupUnusable = new("GMX065", 500, true,
        "'{0}' could not be read or written: {1}", "See to space and permissions, and run the command again.");

    public static readonly ErrorCode BackupNotFound = new("GMX066", 404, false,
        "There is no such backup in '{0}': {1}.", "'gemel backup list DIR' names those that are there.");

    public static readonly ErrorCode BackupFileDamaged = new("GMX067", 500, false,
        "The backup's '{0}' is damaged: '{1}' {2}.", "Nothing was restored. 'gemel backup DIR --check' copies it anew from a running server that still has it; else take another backup.");

    public static readonly ErrorCode BackupCopyDiffers = new("GMX068", 500, true,
        "The copy of '{0}' has the hash {1}, the server said {2}.", "The file is damaged on the server ('gemel verify' tells), or was on the way: run the command again.");

    public static readonly ErrorCode BackupOfAnother = new("GMX069", 400, false,
        "The backups in '{0}' are of the instance {1}, the server is the instance {2}.", "Use a folder of its own for each instance.");

    public static readonly ErrorCode RestoreTargetTaken = new("GMX070", 400, false,
        "The folder '{0}' is not empty: it holds '{1}'.", "Name a new or empty folder; 'gemel restore … --repair' mends the files of a data folder that is there.");

    public static readonly ErrorCode NotRepairable = new("GMX071", 500, false,
        "{0}", "No backup here holds what was there. Restore the whole with 'gemel restore BACKUP --data NEWDIR'; what was committed after that backup is lost.");

    public static readonly ErrorCode DeviceUnnamed = new("GMX040", 400, false,
        "The mapping '{0}' uses {{device}}, and no device is named.", "Name the one that the file stands for with --device.");
}
