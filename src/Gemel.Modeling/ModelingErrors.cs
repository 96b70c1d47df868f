namespace Gemel.Modeling;

/// <summary>Every error about models (GMM0xx) and about values by their schema (GMM1xx).</summary>
public static class ModelingErrors
{
    private const string Parser = "DTDLParserError";

    public static readonly ErrorCode MalformedJson = Dtdl("GMM001", "The document is not valid JSON: {0}", "Correct the JSON.");
    public static readonly ErrorCode TooDeep = Dtdl("GMM002", "The JSON is nested deeper than {0} levels.", "Flatten the document.");
    public static readonly ErrorCode DuplicateKey = Dtdl("GMM003", "The key '{0}' stands twice in one object.", "Remove one of the two.");
    public static readonly ErrorCode NotAnObject = Dtdl("GMM004", "A model must be a JSON object; found {0}.", "Give one interface object, or an array of them.");
    public static readonly ErrorCode InvalidText = Dtdl("GMM005", "The text is not valid Unicode: {0}", "Send UTF-8 without unpaired surrogates.");
    public static readonly ErrorCode ModelTooLarge = new("GMM006", 400, false, "The interface has {0} bytes of JSON; at most {1} are allowed.", "Split it, for example into components.", "LimitExceeded");

    public static readonly ErrorCode MissingContext = Dtdl("GMM010", "The interface has no '@context' that names a DTDL version.", "Add \"@context\": \"dtmi:dtdl:context;3\".");
    public static readonly ErrorCode InvalidContext = Dtdl("GMM011", "The '@context' must be a DTMI or a non-empty array of DTMIs; found {0}.", "Use for example \"dtmi:dtdl:context;3\".");
    public static readonly ErrorCode ContextOrder = Dtdl("GMM012", "The DTDL context '{0}' does not come first in '@context'.", "Name the DTDL context before all extensions.");
    public static readonly ErrorCode UnsupportedVersion = new("GMM013", 400, false, "The context '{0}' names a DTDL version that is not supported.", "Use dtmi:dtdl:context;2, ;3 or ;4.", "ModelVersionNotSupported");
    public static readonly ErrorCode LocalContext = Dtdl("GMM014", "The '@context' defines terms of its own, which DTDL does not allow.", "Remove the object from '@context'.");
    public static readonly ErrorCode UnknownExtension = Dtdl("GMM015", "The extension context '{0}' is not known.", "Remove it or use a known version of it.");
    public static readonly ErrorCode ContextFragment = Dtdl("GMM016", "The context '{0}' has a fragment that DTDL version {1} does not allow here.", "Remove what begins with '#'.");
    public static readonly ErrorCode VersionNotAllowedHere = Dtdl("GMM017", "An element of DTDL version {0} cannot lie within '{1}' of an element of version {2}.", "Use one version throughout the interface.");

    public static readonly ErrorCode MissingType = Dtdl("GMM020", "The element has no '@type' that is one of: {0}.", "Add the '@type'.");
    public static readonly ErrorCode InvalidType = Dtdl("GMM021", "The '@type' must be a string or a non-empty array of strings; found {0}.", "Give the name of a DTDL type.");
    public static readonly ErrorCode WrongType = Dtdl("GMM022", "An element of type '{0}' cannot stand here; expected: {1}.", "Change the '@type' or move the element.");
    public static readonly ErrorCode SeveralTypes = Dtdl("GMM023", "The element has several DTDL types: {0}.", "Keep one of them.");
    public static readonly ErrorCode UndefinedType = Dtdl("GMM024", "The type '{0}' is not defined in DTDL version {1} or in a context of the element.", "Correct it, or add the context of the extension that defines it.");
    public static readonly ErrorCode NotAnInterface = Dtdl("GMM025", "The top level of a model must be an Interface; found '{0}'.", "Put the element into an Interface.");
    public static readonly ErrorCode CoTypeNotAllowed = Dtdl("GMM026", "The type '{0}' cannot be added to an element of type '{1}' of DTDL version {2}.", "Remove it; it belongs on: {3}.");

    public static readonly ErrorCode MissingId = Dtdl("GMM030", "The element has no '@id'.", "Add a DTMI such as dtmi:com:example:Pump;1.");
    public static readonly ErrorCode InvalidId = Dtdl("GMM031", "'{0}' is not a valid DTMI of DTDL version {1}.", "Use dtmi:, segments of letters, digits and '_' that begin with a letter and do not end with '_', separated by ':', then ';' and a version.");
    public static readonly ErrorCode IdTooLong = Dtdl("GMM032", "The '@id' '{0}' has {1} characters; at most {2} are allowed.", "Shorten it.");
    public static readonly ErrorCode ReservedId = Dtdl("GMM033", "The '@id' '{0}' begins with a prefix that is reserved.", "Use a path of your own.");
    public static readonly ErrorCode DuplicateId = Dtdl("GMM034", "The '@id' '{0}' is given to more than one element; the first is at {1}.", "Rename or remove one of them.");

    public static readonly ErrorCode UndefinedProperty = Dtdl("GMM040", "The property '{0}' is not defined for an element of type '{1}' in DTDL version {2}.", "Correct or remove it, or add the context and the type of the extension that defines it.");
    public static readonly ErrorCode MissingProperty = Dtdl("GMM041", "The {0} has no '{1}'.", "Add it.");
    public static readonly ErrorCode TooManyValues = Dtdl("GMM042", "'{0}' has {1} values; at most {2} are allowed.", "Remove the rest.");
    public static readonly ErrorCode TooFewValues = Dtdl("GMM043", "'{0}' has {1} values; at least {2} are needed.", "Add what is missing.");
    public static readonly ErrorCode WrongForm = Dtdl("GMM044", "'{0}' must be {1}; found {2}.", "Correct the value.");
    public static readonly ErrorCode TextTooLong = Dtdl("GMM045", "'{0}' has {1} characters; at most {2} are allowed.", "Shorten it.");
    public static readonly ErrorCode InvalidName = Dtdl("GMM046", "'{0}' is not a valid name.", "Use letters, digits and '_'; begin with a letter, do not end with '_'.");
    public static readonly ErrorCode NumberOutOfRange = Dtdl("GMM047", "'{0}' is {1}; allowed is {2}.", "Correct the number.");
    public static readonly ErrorCode DuplicateName = Dtdl("GMM048", "The name '{0}' is used twice among the {1}.", "Rename one of the two.");
    public static readonly ErrorCode KeywordNotAllowed = Dtdl("GMM049", "The keyword '{0}' is not allowed here.", "Remove it.");
    public static readonly ErrorCode InvalidLanguage = Dtdl("GMM050", "'{0}' is not a language code.", "Use a code such as \"en\" or \"de-CH\".");
    public static readonly ErrorCode PropertyTwice = Dtdl("GMM051", "The property '{0}' is given twice, as a term and as a DTMI.", "Keep one of the two.");

    public static readonly ErrorCode UnresolvedReference = Dtdl("GMM060", "'{0}' refers to '{1}', which is neither among the documents nor among the stored models.", "Upload it too, or correct the reference.");
    public static readonly ErrorCode InlineInterface = Dtdl("GMM061", "'{0}' defines an interface inline.", "Make it a model of its own and refer to it by its DTMI.");
    public static readonly ErrorCode ReferenceNotAllowed = Dtdl("GMM062", "'{0}' refers to '{1}', but must hold the definition itself.", "Write the element out here.");
    public static readonly ErrorCode NewerVersion = Dtdl("GMM063", "'{0}' of a DTDL version {1} interface refers to '{2}' of version {3}.", "Raise the version of the referring interface.");
    public static readonly ErrorCode ForeignSchema = Dtdl("GMM064", "'{0}' refers to '{1}', which is defined within another interface.", "Repeat the schema in this interface's 'schemas'.");
    public static readonly ErrorCode NotASchema = Dtdl("GMM065", "'{0}' refers to '{1}', which is {2}, not {3}.", "Refer to an element of the right type.");

    public static readonly ErrorCode InheritanceCycle = Dtdl("GMM070", "The interface '{0}' extends itself: {1}.", "Break the cycle.");
    public static readonly ErrorCode InheritanceTooDeep = Dtdl("GMM071", "The interface '{0}' is at the root of a chain of 'extends' of {1} levels; at most {2} are allowed.", "Flatten the inheritance.");
    public static readonly ErrorCode InheritedNameClash = Dtdl("GMM072", "The name '{0}' is defined both in '{1}' and in '{2}', which '{3}' brings together.", "Rename one of them.");
    public static readonly ErrorCode ComponentInComponent = Dtdl("GMM073", "The component '{0}' uses the interface '{1}', which has components itself ('{2}').", "Use an interface without components; relate the parts by relationships.");
    public static readonly ErrorCode SchemaTooDeep = Dtdl("GMM074", "The schema is nested {0} levels deep; at most {1} are allowed.", "Flatten it.");
    public static readonly ErrorCode SchemaCycle = Dtdl("GMM075", "The schema '{0}' contains itself.", "Break the cycle.");
    public static readonly ErrorCode ArrayInProperty = Dtdl("GMM076", "The schema of a Property holds an array or a geospatial value ('{0}'), which DTDL version 2 does not allow.", "Use DTDL version 3, or a Telemetry.");
    public static readonly ErrorCode TooManyElements = new("GMM077", 400, false, "The interface '{0}' has {1} {2} including the inherited; at most {3} are allowed.", "Split it, for example into components.", "LimitExceeded");
    public static readonly ErrorCode EnumValueType = Dtdl("GMM078", "The enum value {0} is not {1}, as 'valueSchema' says.", "Make all values of that type.");
    public static readonly ErrorCode DuplicateEnumValue = Dtdl("GMM079", "The enum value {0} is used twice.", "Give every name a value of its own.");
    public static readonly ErrorCode UnknownUnit = Dtdl("GMM081", "'{0}' is not a unit of {1}.", "Use one of: {2}.");
    public static readonly ErrorCode UnitWithoutType = Dtdl("GMM082", "'unit' is given but no semantic type that has units.", "Add a semantic type such as Temperature, or remove 'unit'.");
    public static readonly ErrorCode NeedsNumber = Dtdl("GMM083", "The semantic type '{0}' needs a schema that is {1}.", "Change the schema or remove the type.");
    public static readonly ErrorCode SchemaNotSupported = Dtdl("GMM084", "The schema '{0}' of DTDL version 4 is not supported yet.", "Use a schema that DTDL version 3 has too.");
    public static readonly ErrorCode SeveralSemanticTypes = Dtdl("GMM085", "The semantic types '{0}' and '{1}' both bring 'unit'.", "Keep one of them.");

    public static readonly ErrorCode ModelAlreadyExists = new("GMM090", 409, false, "A model with the id '{0}' exists already.", "Models never change: upload a new version, or delete the old one first.", "ModelAlreadyExists");
    public static readonly ErrorCode ModelNotFound = new("GMM091", 404, false, "There is no model with the id '{0}'.", "Check the id, or upload the model.", "ModelNotFound");
    public static readonly ErrorCode ReferencesNotDeleted = new("GMM092", 409, false, "The model '{0}' is used by '{1}'.", "Delete the models that extend it or use it as component first.", "ModelReferencesNotDeleted");
    public static readonly ErrorCode ReferencesNotDecommissioned = new("GMM093", 409, false, "The model '{0}' is used by '{1}', which is not decommissioned.", "Decommission the models that extend it or use it as component first.", "ModelReferencesNotDecommissioned");
    public static readonly ErrorCode ModelDecommissioned = new("GMM094", 400, false, "The model '{0}' is decommissioned: it takes no new twins.", "Use another model, or put it back into service.", "ModelDecommissioned");
    public static readonly ErrorCode NoModels = new("GMM095", 400, false, "The request holds no model.", "Give at least one interface.");
    public static readonly ErrorCode StoredModelDamaged = new("GMM099", 500, false, "The stored model of schema {0} cannot be read: {1}", "Restore the data folder from a backup.", "InternalError");

    public static readonly ErrorCode WrongValueType = Value("GMM101", "A value of schema {0} must be {1}; found {2}.", "");
    public static readonly ErrorCode ValueOutOfRange = Value("GMM102", "The number {0} does not fit the schema {1}.", "Send a value from {2} to {3}.");
    public static readonly ErrorCode NotIntegral = Value("GMM103", "The number {0} is not whole, as the schema {1} asks.", "Send a whole number.");
    public static readonly ErrorCode InvalidFormat = Value("GMM104", "'{0}' is not a valid {1}.", "Use a form such as {2}.");
    public static readonly ErrorCode UnknownEnumValue = Value("GMM105", "{0} is not a value of the enum.", "Use one of: {1}.");
    public static readonly ErrorCode UnknownField = Value("GMM106", "The object has no field '{0}'.", "Use one of: {1}.");
    public static readonly ErrorCode DuplicateField = Value("GMM107", "The key '{0}' stands twice in one object.", "Remove one of the two.");
    public static readonly ErrorCode InvalidValueText = Value("GMM108", "The text is not valid Unicode.", "Send UTF-8 without unpaired surrogates.");
    public static readonly ErrorCode InvalidGeometry = Value("GMM109", "The value is not a GeoJSON {0}: {1}.", "Send {{\"type\":\"{0}\",\"coordinates\":[…]}} as RFC 7946 says.");
    public static readonly ErrorCode MalformedValue = Value("GMM110", "The value is not valid JSON: {0}", "Correct the JSON.");

    private static ErrorCode Dtdl(string code, string cause, string action) => new(code, 400, false, cause, action, Parser);

    private static ErrorCode Value(string code, string cause, string action) => new(code, 400, false, cause, action, "ValidationFailed");
}
