namespace Gemel.Http.Documentation;

/// <summary>Parameters that several operations share.</summary>
internal static class Parameters
{
    private const string Text = """{"type":"string"}""";
    private const string IdText = """{"type":"string","minLength":1,"maxLength":128}""";
    private const string TimeText = """{"type":"string","format":"date-time"}""";
    private const string Positive = """{"type":"integer","minimum":1}""";

    public static readonly ParameterDoc ApiVersion = Query("api-version", "Version of Azure Digital Twins' data plane; all are answered, a missing one as the newest. Those before 2022-05-31 leave `$lastUpdateTime` and source times out.",
        """{"type":"string","enum":["2020-10-31","2021-06-30-preview","2022-05-31","2023-02-27-preview","2023-06-30","2023-10-31"]}""");

    public static readonly ParameterDoc TwinId = Path("twinId", "Id of the twin, percent-encoded.", "pump-1");
    public static readonly ParameterDoc ModelId = Path("modelId", "Id (DTMI) of the model.", "dtmi:example:Pump;1");
    public static readonly ParameterDoc RelationshipId = Path("relationshipId", "Id of the relationship, unique within its source twin.", "feeds-tank");
    public static readonly ParameterDoc ComponentPath = Path("componentPath", "Name of the component.", "motor");
    public static readonly ParameterDoc DeviceId = Path("deviceId", "Id of the device, percent-encoded.", "gateway-1");
    public static readonly ParameterDoc MappingName = Path("name", "Name of the mapping.", "plc-1");

    public static readonly ParameterDoc JobId = Path("jobId", "Id of the job.", "import-1");
    public static readonly ParameterDoc KeyName = Path("name", "Name of the key.", "dashboard");

    public static readonly ParameterDoc IfMatch = Header("If-Match", "ETags, one of which must be the present one, or * for: it must exist.");
    public static readonly ParameterDoc IfNoneMatch = Header("If-None-Match", "Only *: it must not exist yet.");
    public static readonly ParameterDoc MaxItems = Header("max-items-per-page", "Most rows of the page; the server may return fewer.", Positive);
    public static readonly ParameterDoc ContinuationToken = Query("continuationToken", "From nextLink of the page before.");
    public static readonly ParameterDoc From = Query("from", "Begin, inclusive (RFC 3339).", TimeText);
    public static readonly ParameterDoc To = Query("to", "End, exclusive (RFC 3339).", TimeText);

    public static ParameterDoc Path(string name, string description, string example) => new(name, ParameterPlace.Path, description, IdText, IsRequired: true, example);

    public static ParameterDoc Query(string name, string description, string schema = Text) => new(name, ParameterPlace.Query, description, schema);

    public static ParameterDoc Header(string name, string description, string schema = Text, bool isRequired = false) => new(name, ParameterPlace.Header, description, schema, isRequired);

    public static ParameterDoc Limit(int most) => Query("limit", $"At most {most}; larger numbers are lowered to it.", Positive);
}
