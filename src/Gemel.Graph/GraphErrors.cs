namespace Gemel.Graph;

/// <summary>Errors of the graph; prefix GMG. The tens group them: 00 JSON, 10 not found, 20 conditions, 30 and 40 twins and
/// their models, 50 patches, 60 relationships.</summary>
public static class GraphErrors
{
    public static readonly ErrorCode InvalidJson = new("GMG001", 400, false,
        "The body is not valid JSON: {0}",
        "Send one JSON document (RFC 8259) without comments and trailing commas.");

    public static readonly ErrorCode InvalidUtf8 = new("GMG002", 400, false,
        "The body is not valid UTF-8: byte {0} (0x{1:X2}) does not fit.",
        "Send JSON as UTF-8.");

    public static readonly ErrorCode TooDeep = new("GMG003", 400, false,
        "The body nests objects and arrays deeper than {0} levels.",
        "Flatten the document.");

    public static readonly ErrorCode DuplicateMember = new("GMG004", 400, false,
        "The member '{0}' occurs more than once in one object.",
        "Give each member once.");

    public static readonly ErrorCode UnpairedSurrogate = new("GMG005", 400, false,
        "A string has the escape of half a surrogate pair, which is no character.",
        "Escape characters beyond U+FFFF as two \\u escapes, or send them unescaped as UTF-8.");

    public static readonly ErrorCode NotAnObject = new("GMG006", 400, false,
        "{0} is {1}; an object is expected.",
        "");

    public static readonly ErrorCode TwinNotFound = new("GMG010", 404, false,
        "There is no twin '{0}'.",
        "Check the id (upper and lower case count), or create the twin first.", "DigitalTwinNotFound");

    public static readonly ErrorCode ComponentNotFound = new("GMG011", 404, false,
        "The model '{1}' of twin '{2}' has no component '{0}'.",
        "Its components are: {3}.", "ComponentNotFound");

    public static readonly ErrorCode RelationshipNotFound = new("GMG012", 404, false,
        "The twin '{0}' has no relationship '{1}'.",
        "Check the id (upper and lower case count), or create the relationship first.", "RelationshipNotFound");

    public static readonly ErrorCode TargetTwinNotFound = new("GMG013", 404, false,
        "The target of the relationship, twin '{0}', does not exist.",
        "Create the target first, or name one that exists.", "TargetTwinNotFound");

    public static readonly ErrorCode ETagMismatch = new("GMG020", 412, false,
        "'{0}' has the ETag {1}, which If-Match does not name.",
        "Read it again, and send its present ETag.", "PreconditionFailed");

    public static readonly ErrorCode AlreadyExists = new("GMG021", 412, false,
        "'{0}' exists already, and If-None-Match: * asks that it does not.",
        "Leave the header out to replace it.", "PreconditionFailed");

    public static readonly ErrorCode NothingToMatch = new("GMG022", 412, false,
        "'{0}' does not exist, and If-Match asks for one that does.",
        "Leave the header out to create it.", "PreconditionFailed");

    public static readonly ErrorCode InvalidCondition = new("GMG023", 400, false,
        "The header {0} is '{1}'; {2} is expected.",
        "");

    public static readonly ErrorCode MissingModel = new("GMG030", 400, false,
        "The body does not name the twin's model.",
        "Add \"$metadata\": {{\"$model\": \"dtmi:…;1\"}}.", "ValidationFailed");

    public static readonly ErrorCode UnknownModel = new("GMG031", 400, false,
        "There is no model '{0}'.",
        "Upload it first, or use one of the instance's models.", "ValidationFailed");

    public static readonly ErrorCode ModelDecommissioned = new("GMG032", 400, false,
        "The model '{0}' is decommissioned: no twin can be made of it any more.",
        "Use a newer model.", "ModelDecommissioned");

    public static readonly ErrorCode UnknownProperty = new("GMG033", 400, false,
        "The model '{1}' has no property '{0}'.",
        "{2}", "ValidationFailed");

    public static readonly ErrorCode TelemetryNotWritable = new("GMG034", 400, false,
        "'{0}' is telemetry of the model '{1}', which is not part of a twin's body.",
        "Publish it as device data, or send it to the twin's telemetry path.", "ValidationFailed");

    public static readonly ErrorCode MissingComponent = new("GMG035", 400, false,
        "The component '{0}' of the model '{1}' is missing.",
        "Add \"{0}\": {{}}, with its properties where they are known.", "ValidationFailed");

    public static readonly ErrorCode ComponentNotObject = new("GMG036", 400, false,
        "The component '{0}' is {1}; an object of its properties is expected.",
        "", "ValidationFailed");

    public static readonly ErrorCode NullValue = new("GMG037", 400, false,
        "The value of '{0}' is null; a property has a value or is absent.",
        "Leave the member out, or remove it by a patch.", "ValidationFailed");

    public static readonly ErrorCode InvalidMetadata = new("GMG038", 400, false,
        "'{0}' is {1}; {2} is expected.",
        "", "ValidationFailed");

    public static readonly ErrorCode ReservedName = new("GMG039", 400, false,
        "'{0}' is not a member that a client can write.",
        "Names that begin with '$' are the server's; properties have DTDL names.", "ValidationFailed");

    public static readonly ErrorCode ModelDeleted = new("GMG040", 400, false,
        "The model '{1}' of twin '{0}' is deleted: the twin can be read, queried and deleted, not changed.",
        "Upload the model again, or move the twin to another one by replacing /$metadata/$model.", "ValidationFailed");

    public static readonly ErrorCode LeftByModel = new("GMG041", 400, false,
        "The twin has a value for '{0}', which the new model '{1}' does not have.",
        "Remove it in the same patch.", "ValidationFailed");

    public static readonly ErrorCode MissingMessageId = new("GMG042", 400, false,
        "The telemetry has no message id.",
        "Send the header Message-Id, unique for each message of the twin.");

    public static readonly ErrorCode PatchNotArray = new("GMG050", 400, false,
        "A JSON Patch is an array of operations; found {0}.",
        "Send [{{\"op\": \"replace\", \"path\": \"/name\", \"value\": 1}}].", "JsonPatchInvalid");

    public static readonly ErrorCode PatchOperationShape = new("GMG051", 400, false,
        "The operation {0} {1}.",
        "An operation is {{\"op\": …, \"path\": …, \"value\": …}}; remove has no value.", "JsonPatchInvalid");

    public static readonly ErrorCode PatchOperationUnknown = new("GMG052", 400, false,
        "The operation '{0}' is not supported.",
        "Use add, replace or remove.", "JsonPatchInvalid");

    public static readonly ErrorCode PatchPointerSyntax = new("GMG053", 400, false,
        "The path '{0}' is not a JSON pointer (RFC 6901): {1}.",
        "Write /name, /component/name or /name/field; escape '~' as ~0 and '/' as ~1.", "JsonPatchInvalid");

    public static readonly ErrorCode PatchPathMissing = new("GMG054", 400, false,
        "There is nothing at '{0}' to {1}.",
        "{2}", "JsonPatchInvalid");

    public static readonly ErrorCode PatchPathReadOnly = new("GMG055", 400, false,
        "The path '{0}' cannot be {1} by a patch.",
        "{2}", "JsonPatchInvalid");

    public static readonly ErrorCode PatchIndex = new("GMG056", 400, false,
        "'{0}' is no index of the array at '{1}', which has {2} elements.",
        "Use 0 to the last index, or '-' to add at the end.", "JsonPatchInvalid");

    public static readonly ErrorCode RelationshipIncomplete = new("GMG060", 400, false,
        "The relationship has no '{0}'.",
        "Give $relationshipName and $targetId, both as strings.", "InvalidRelationship");

    public static readonly ErrorCode RelationshipUndeclared = new("GMG061", 400, false,
        "The model '{1}' declares no relationship '{0}'.",
        "{2}", "InvalidRelationship");

    public static readonly ErrorCode RelationshipTarget = new("GMG062", 400, false,
        "The relationship '{0}' leads to twins of the model '{1}'; '{2}' is of the model '{3}'.",
        "Choose another target, or another relationship.", "InvalidRelationship");

    public static readonly ErrorCode RelationshipToItself = new("GMG063", 400, false,
        "The relationship leads from twin '{0}' to itself.",
        "Choose another target.", "OperationNotAllowed");

    public static readonly ErrorCode RelationshipsNotDeleted = new("GMG064", 400, false,
        "The twin '{0}' has {1} outgoing and {2} incoming relationships.",
        "Delete them first.", "RelationshipsNotDeleted");

    public static readonly ErrorCode RelationshipProperty = new("GMG065", 400, false,
        "The relationship '{1}' has no property '{0}'.",
        "{2}", "ValidationFailed");

    public static readonly ErrorCode TargetChanged = new("GMG066", 503, true,
        "The relationship '{0}' changed its target while the request was worked out.",
        "Send the request again.", "ServiceUnavailable");
}
