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

    public static readonly ErrorCode InvalidAtomic = new("GMI018", 400, false,
        "The $atomic of the object is {0}.", "Send true or false.");

    public static readonly ErrorCode DuplicateTarget = new("GMI019", 400, false,
        "'{0}' brings {1} of '{2}', which the object has brought already.",
        "Send each tag once, and map no two tags to one path; several samples go into an array of objects with a $time each.");

    public static readonly ErrorCode UnmatchedTag = new("GMI020", 400, false,
        "No rule of the mapping '{1}' fits '{0}'.", "Add a rule for it, with ignore: true to leave it out, or set unmatched: ignore.");

    public static readonly ErrorCode NoTarget = new("GMI021", 400, false,
        "The mapping makes no target of '{0}': {1}.", "Correct the rule's twin or path.");

    public static readonly ErrorCode UnknownPath = new("GMI022", 400, false,
        "'{0}' is mapped to '{1}', which '{2}' of the model '{3}' does not have.", "Correct the rule's path; there is: {4}.");

    public static readonly ErrorCode NotListed = new("GMI023", 400, false,
        "The value {0} of '{1}' is not among the rule's values.", "Add it to the rule's values, or the key \"*\" for all others.");

    public static readonly ErrorCode NotANumber = new("GMI024", 400, false,
        "The value {0} of '{1}' is no finite number, which the rule's {2} asks for.", "Send a number, or correct the rule.");

    public static readonly ErrorCode ScaledDoesNotFit = new("GMI025", 400, false,
        "The value {0} of '{1}' is {2} after scale and offset, which does not fit '{3}'.", "Send a value within the range of the model's schema, or correct the rule.");

    public static readonly ErrorCode InvalidTimeTag = new("GMI026", 400, false,
        "The time {0} under '{1}' is not of the form '{2}'.", "Correct the mapping's time.format, or the sender.");

    public static readonly ErrorCode MalformedMapping = new("GMI101", 400, false,
        "The mapping is not well-formed: {0}", "Write YAML 1.2 or JSON as docs/reference/mapping.md says.");

    public static readonly ErrorCode InvalidMember = new("GMI102", 400, false,
        "The mapping's {0} is {1}; expected {2}.", "");

    public static readonly ErrorCode UnknownMember = new("GMI103", 400, false,
        "The mapping has an unknown member '{0}' in {1}.", "Known are {2}.");

    public static readonly ErrorCode InvalidPattern = new("GMI104", 400, false,
        "The pattern or template '{0}' {1}.", "See docs/reference/mapping.md, 'Patterns and templates'.");

    public static readonly ErrorCode DuplicateTag = new("GMI105", 400, false,
        "The tag '{0}' is mapped twice.", "Keep one rule for it; a reading belongs to one property.");

    public static readonly ErrorCode UnreachableRule = new("GMI106", 400, false,
        "The rule of '{0}' can never apply, for an equal one stands before it at line {1}.", "Remove one of the two.");

    public static readonly ErrorCode MappingTooLarge = new("GMI107", 400, false,
        "The mapping has {0}; at most {1} are allowed.", "Use patterns instead of single tags, or several mappings.", "LimitExceeded");

    public static readonly ErrorCode MoreMappingErrors = new("GMI108", 400, false,
        "The mapping has {0} more errors; the first {1} are listed.", "Mend those first, then read it again.");
}
