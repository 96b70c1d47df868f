namespace Gemel.Cluster;

/// <summary>Errors of an instance as a whole; prefix GMC.</summary>
public static class ClusterErrors
{
    public static readonly ErrorCode ReadOnly = new("GMC001", 503, true,
        "The instance takes no changes, for the journal cannot be written: {0}",
        "Reads go on. Mend the disk or make room; changes are taken again by themselves.", "ServiceUnavailable");

    public static readonly ErrorCode Stopping = new("GMC002", 503, true,
        "The instance is stopping.", "Send the request again once it is back.", "ServiceUnavailable");

    public static readonly ErrorCode Starting = new("GMC003", 503, true,
        "The instance is starting: {0} % of the recovery is done.", "Wait for 200 on /health/ready.", "ServiceUnavailable");

    public static readonly ErrorCode NoAnswer = new("GMC004", 503, true,
        "A shard gave no answer: {0}", "What was sent may have been taken or not: read it, or send it again.", "ServiceUnavailable");

    public static readonly ErrorCode TwinNotFound = new("GMC010", 404, false,
        "There is no twin '{0}'.", "Create it with PUT /digitaltwins/{{id}}, or check the spelling: ids are case-sensitive.", "DigitalTwinNotFound");

    public static readonly ErrorCode DiskReserved = new("GMC005", 507, true,
        "Device data is not taken: the disk of '{0}' has {1} MB free, and {2} MB ({3}) are kept free.",
        "Make room, or change --disk-reserve; data is taken again by itself. Commands, reads and deletions go on.", "InsufficientStorage");

    public static readonly ErrorCode DeviceNotFound = new("GMC011", 404, false,
        "There is no device '{0}'.", "Create it with PUT /api/v1/devices/{{id}}.", "DeviceNotFound");

    public static readonly ErrorCode MappingNotFound = new("GMC012", 404, false,
        "There is no mapping '{0}'.", "Store it with PUT /api/v1/mappings/{{name}}.", "MappingNotFound");

    public static readonly ErrorCode ReservedDevice = new("GMC013", 400, false,
        "The device id '{0}' is reserved.", "Use another id than 'admin', and none that begins with 'key:'.");

    public static readonly ErrorCode MappingInUse = new("GMC014", 409, false,
        "The mapping '{0}' is used by the device '{1}'.", "Take it from the device first.", "MappingInUse");

    public static readonly ErrorCode MappingNameDiffers = new("GMC015", 400, false,
        "The document's own name is '{0}', the path says '{1}'.", "Give both the same name.");

    public static readonly ErrorCode HistoryPathUnknown = new("GMC016", 400, false,
        "The twin '{0}' has no property or telemetry '{1}', and never had.", "Use one of: {2}.");

    public static readonly ErrorCode BadContinuation = new("GMC017", 400, false,
        "The continuation token is not one of this server.", "Send it as it was given, or begin again without one.", "InvalidArgument");

    public static readonly ErrorCode KeyNotFound = new("GMC080", 404, false,
        "There is no key '{0}'.", "Make it with POST /api/v1/keys, or see GET /api/v1/keys.", "KeyNotFound");

    public static readonly ErrorCode KeyExists = new("GMC081", 409, false,
        "There is a key '{0}' already.", "Choose another name, rotate that key, or delete it first.", "KeyAlreadyExists");

    public static readonly ErrorCode ReservedKeyName = new("GMC082", 400, false,
        "The key name '{0}' is reserved for the key in the data folder.", "Use another name.");

    public static readonly ErrorCode KeyEndsTooSoon = new("GMC083", 400, false,
        "'expires' is {0}; that is over.", "Give a time to come, or leave it out.");

    public static readonly ErrorCode OverlapRefused = new("GMC084", 400, false,
        "'overlap' is {0}.", "It must be from PT0S to P30D.");

    public static readonly ErrorCode KeyIsOver = new("GMC086", 400, false,
        "The key '{0}' ended at {1}: another secret of it would open nothing.", "Delete it, and make a new one of the name.", "ValidationFailed");

    public static readonly ErrorCode TooManySecrets = new("GMC087", 400, false,
        "The key '{0}' has {1} secrets that still open.", "Wait until some have ended, or rotate with an overlap of 0, which ends them.", "ValidationFailed");

    public static readonly ErrorCode UnknownRole = new("GMC085", 500, false,
        "The key '{0}' has the role {1}, which this version does not know.", "Run the version that wrote the data folder, or a later one.", "InternalError");

    public static readonly ErrorCode StreamGone = new("GMC020", 410, false,
        "The journal no longer holds what follows {0}; it begins at commit {1}.",
        "Read the present state, then follow the stream from now on.", "NotFound");

    public static readonly ErrorCode StreamAhead = new("GMC021", 410, false,
        "The resume token {0} lies beyond the last commit {1}.",
        "It belongs to another data folder: read the present state, then follow the stream from now on.", "NotFound");

    public static readonly ErrorCode JobLimit = new("GMC040", 400, true,
        "The job '{0}' is running, and jobs run one at a time.", "Wait for its end, or cancel it.", "JobLimitReached");

    public static readonly ErrorCode JobExists = new("GMC041", 400, false,
        "There is a job '{0}' already.", "Use another id, or delete that job: it frees the id only.", "ValidationFailed");

    public static readonly ErrorCode ImportNotFound = new("GMC042", 404, false,
        "There is no import job '{0}'.", "GET /jobs/imports lists those there are; a job is forgotten 30 days after its end.", "ImportJobNotFound");

    public static readonly ErrorCode DeletionNotFound = new("GMC043", 404, false,
        "There is no delete job '{0}'.", "GET /jobs/deletions lists those there are; a job is forgotten 30 days after its end.", "DeleteJobNotFound");

    public static readonly ErrorCode JobIsOver = new("GMC044", 400, false,
        "The job '{0}' is over: {1}.", "Only a job that runs can be cancelled.", "ValidationFailed");

    public static readonly ErrorCode JobRuns = new("GMC045", 400, false,
        "The job '{0}' is running.", "Cancel it first, or wait for its end.", "ValidationFailed");

    public static readonly ErrorCode JobIncomplete = new("GMC046", 400, false,
        "{0} elements were not taken; all others were.", "Correct them and run it again: what is there already does no harm.", "ValidationFailed");

    public static readonly ErrorCode JobTimedOut = new("GMC047", 400, false,
        "The job took longer than it was given.", "Run it again: it goes on with what is left.", "ValidationFailed");

    public static readonly ErrorCode JobInterrupted = new("GMC048", 503, false,
        "The server was stopped while the job ran.", "Run it again: what it wrote is kept, and writing it again does no harm.", "ServiceUnavailable");

    public static readonly ErrorCode JobFaulted = new("GMC049", 500, false,
        "The job failed by a fault of the server: {0}", "Report it with the server's log.", "InternalError");

    public static readonly ErrorCode ImportPathRefused = new("GMC050", 400, false,
        "'{0}' is not a path below DIR/imports.", "Copy the file into that folder of the server and give its relative path, with '/' between folders; or stream it with 'gemel import'.", "ValidationFailed");

    public static readonly ErrorCode ImportFileMissing = new("GMC051", 400, false,
        "There is no file '{0}' below DIR/imports.", "Copy it into that folder of the server, or stream it with 'gemel import'.", "ValidationFailed");

    public static readonly ErrorCode ImportFileUnusable = new("GMC052", 400, false,
        "The file '{0}' below DIR/imports cannot be used: {1}", "An input must be readable by the server, an output not there yet.", "ValidationFailed");

    public static readonly ErrorCode ImportMalformed = new("GMC053", 400, false,
        "Line {0} of the import is {1}; expected is {2}.", "The form of the file is described in docs/reference/import-format.md.", "ValidationFailed");

    public static readonly ErrorCode ExportTooSlow = new("GMC054", 503, true,
        "The export was not read to its end within {0} minutes.", "Read it faster, for example into a file; or export sections one by one.", "ServiceUnavailable");

    public static readonly ErrorCode ExportLimit = new("GMC063", 503, true,
        "There are {0} exports open already, and each keeps the past that it reads.", "Try again when one has ended; or take a backup, which keeps none.", "ServiceUnavailable");

    public static readonly ErrorCode ImportLineTooLong = new("GMC055", 400, false,
        "Line {0} of the import is longer than {1} bytes.", "A line holds one model, twin or relationship.", "ValidationFailed");

    public static readonly ErrorCode ImportModelsInvalid = new("GMC056", 400, false,
        "The {0} models of the import that are not there yet were refused as a whole, and nothing after them was read.", "Correct what the details name.", "DTDLParsingError");

    public static readonly ErrorCode ImportBrokenOff = new("GMC057", 400, true,
        "The import ended before its end: {0}", "Send it again: what was written is kept, and writing it again does no harm.", "ValidationFailed");

    public static readonly ErrorCode ImportLogBroken = new("GMC058", 500, false,
        "The log of the import could not be written: {0}", "What was imported is kept; what was refused since is in the job's errors. Make room or name another output, and import again.", "InternalServerError");

    public static readonly ErrorCode ImportModelsTooMany = new("GMC059", 400, false,
        "With line {0} the models of the import are more than {1} MiB, and they are added all at once.", "Check that the section 'Twins' begins where it should; or import the models in several files.", "ValidationFailed");

    public static readonly ErrorCode StreamOfAnotherPast = new("GMC022", 410, false,
        "The resume token {0} is of commits that this data folder does not have: it was restored from a backup made before them.",
        "Read the present state, then follow the stream from now on.", "NotFound");

    public static readonly ErrorCode BackupNotFound = new("GMC060", 404, false,
        "There is no open backup '{0}'.", "It may have ended because nothing was asked of it for a while; begin another.", "BackupNotFound");

    public static readonly ErrorCode TooManyBackups = new("GMC061", 429, true,
        "{0} backups are open, which is the limit.", "Wait until one ends; one of which nothing is asked ends after {1} minutes.", "TooManyRequests");

    public static readonly ErrorCode BackupFileNotFound = new("GMC062", 404, false,
        "The backup '{0}' has no file '{1}'.", "Ask for the names that it lists, as they are.", "BackupFileNotFound");

    public static readonly ErrorCode ForeignCommit = new("GMC030", 500, false,
        "Commit {0} of the journal cannot be read: {1}.", "The data folder was written by a newer version, or is damaged: run 'gemel verify'.", "InternalError");

    public static readonly ErrorCode CommitsNotCovered = new("GMC070", 500, false,
        "The journal in '{0}' begins at commit {1}, but the {2} ends at {3}: what lies between is nowhere.",
        "Restore the data folder with 'gemel restore' from one backup.", "InternalError");

    public static readonly ErrorCode NotRecoverable = new("GMC071", 500, false,
        "The state cannot be made from checkpoint and journal of '{0}': {1}", "Restore the data folder with 'gemel restore' from one backup.", "InternalError");
}
