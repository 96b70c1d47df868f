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

    public static readonly ErrorCode DiskReserved = new("GMC003", 507, true,
        "Device data is not taken: the disk of '{0}' has {1} MB free, and {2} MB ({3}) are kept free.",
        "Make room, or change --disk-reserve; data is taken again by itself. Commands, reads and deletions go on.", "InsufficientStorage");

    public static readonly ErrorCode DeviceNotFound = new("GMC011", 404, false,
        "There is no device '{0}'.", "Create it with PUT /api/v1/devices/{{id}}.", "DeviceNotFound");

    public static readonly ErrorCode MappingNotFound = new("GMC012", 404, false,
        "There is no mapping '{0}'.", "Store it with PUT /api/v1/mappings/{{name}}.", "MappingNotFound");

    public static readonly ErrorCode ReservedDevice = new("GMC013", 400, false,
        "The device id '{0}' is reserved.", "Use another id.");

    public static readonly ErrorCode MappingInUse = new("GMC014", 409, false,
        "The mapping '{0}' is used by the device '{1}'.", "Take it from the device first.", "MappingInUse");

    public static readonly ErrorCode MappingNameDiffers = new("GMC015", 400, false,
        "The document's own name is '{0}', the path says '{1}'.", "Give both the same name.");

    public static readonly ErrorCode HistoryPathUnknown = new("GMC016", 400, false,
        "The twin '{0}' has no property or telemetry '{1}', and never had.", "Use one of: {2}.");

    public static readonly ErrorCode BadContinuation = new("GMC017", 400, false,
        "The continuation token is not one of this server.", "Send it as it was given, or begin again without one.", "InvalidArgument");

    public static readonly ErrorCode StreamGone = new("GMC020", 410, false,
        "The journal no longer holds what follows {0}; it begins at commit {1}.",
        "Read the present state, then follow the stream from now on.", "NotFound");

    public static readonly ErrorCode StreamAhead = new("GMC021", 410, false,
        "The resume token {0} lies beyond the last commit {1}.",
        "It belongs to another data folder: read the present state, then follow the stream from now on.", "NotFound");

    public static readonly ErrorCode StreamOfAnotherPast = new("GMC022", 410, false,
        "The resume token {0} is of commits that this data folder does not have: it was restored from a backup made before them.",
        "Read the present state, then follow the stream from now on.", "NotFound");

    public static readonly ErrorCode BackupNotFound = new("GMC050", 404, false,
        "There is no open backup '{0}'.", "It may have ended because nothing was asked of it for a while; begin another.", "BackupNotFound");

    public static readonly ErrorCode TooManyBackups = new("GMC051", 429, true,
        "{0} backups are open, which is the limit.", "Wait until one ends; one of which nothing is asked ends after {1} minutes.", "TooManyRequests");

    public static readonly ErrorCode BackupFileNotFound = new("GMC052", 404, false,
        "The backup '{0}' has no file '{1}'.", "Ask for the names that it lists, as they are.", "BackupFileNotFound");

    public static readonly ErrorCode ForeignCommit = new("GMC030", 500, false,
        "Commit {0} of the journal cannot be read: {1}.", "The data folder was written by a newer version, or is damaged: run 'gemel verify'.", "InternalError");
}
