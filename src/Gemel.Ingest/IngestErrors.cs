namespace Gemel.Ingest;

/// <summary>What can be wrong with the data of a device; prefix GMI.</summary>
public static class IngestErrors
{
    public static readonly ErrorCode Malformed = new("GMI001", 400, false,
        "The payload is not valid {0}: {1}", "Send one object of names to values, or an array of such objects.");

    public static readonly ErrorCode NotAnObject = new("GMI002", 400, false,
        "Found {0} where an object of names to values was expected.", "Send one object of names to values, or an array of such objects.");

    public static readonly ErrorCode UnknownName = new("GMI003", 400, false,
        "'{0}' is no property, telemetry or component of '{1}'.", "Send names of the model; '{2}' has: {3}.");

    public static readonly ErrorCode DuplicateName = new("GMI004", 400, false,
        "'{0}' stands twice in one object.", "Send each name once; several samples of one name go into an array of objects with a $time each.");

    public static readonly ErrorCode InvalidTime = new("GMI005", 400, false,
        "The $time {0} is no time.", "Send RFC 3339 with an offset, or integer milliseconds since 1970-01-01T00:00:00Z.");

    public static readonly ErrorCode UnitMismatch = new("GMI006", 400, false,
        "The unit '{0}' of '{1}' cannot be converted to '{2}'.", "Send the model's unit, or another one of the same quantity.");

    public static readonly ErrorCode InvalidEnvelope = new("GMI007", 400, false,
        "The envelope of '{0}' has {1}.", "An envelope has $value and may have $unit, $time, $quality (good, uncertain, bad) and $reason (at most 255 bytes).");

    public static readonly ErrorCode UnknownTwin = new("GMI008", 404, false,
        "There is no twin '{0}'.", "Create the twin first, or check the spelling: ids are case-sensitive.", "DigitalTwinNotFound");

    public static readonly ErrorCode NotBound = new("GMI009", 403, false,
        "The sender may not publish for the twin '{0}'.", "Bind the twin to the device with PUT /api/v1/devices/{{device}}/twins/{{twin}}.", "Forbidden");

    public static readonly ErrorCode TooManyObjects = new("GMI010", 400, false,
        "The payload has more than {0} objects.", "Send several messages.", "LimitExceeded");

    public static readonly ErrorCode ComponentNotAnObject = new("GMI011", 400, false,
        "'{0}' is a component; found {1}.", "Send its values as a nested object.");

    public static readonly ErrorCode UnknownControl = new("GMI012", 400, false,
        "'{0}' is no control name here.", "Use $time, $atomic, and $twin in the messages of a gateway.");

    public static readonly ErrorCode NoTwinNamed = new("GMI013", 400, false,
        "The object names no twin.", "Add \"$twin\":\"id\", or give the device a mapping that resolves its tags.");

    public static readonly ErrorCode ModelGone = new("GMI014", 409, true,
        "The model of the twin '{0}' changed while the message was taken.", "Send the message again.");

    public static readonly ErrorCode TwinGone = new("GMI015", 404, false,
        "The twin '{0}' was deleted while the message was taken.", "Create the twin again.", "DigitalTwinNotFound");

    public static readonly ErrorCode AtomicRefused = new("GMI016", 400, false,
        "The object is atomic and {0} of its values do not fit: none was taken.", "Mend the values named beside, or send without $atomic.");

    public static readonly ErrorCode ConvertedDoesNotFit = new("GMI017", 400, false,
        "{0} {1} is {2} {3}, which does not fit '{4}'.", "Send a value within the range of the model's schema.");
}
