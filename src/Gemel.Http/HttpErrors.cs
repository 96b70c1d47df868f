namespace Gemel.Http;

/// <summary>What the HTTP door itself refuses; prefix GMW. Errors of the modules behind it pass through with their own codes.</summary>
public static class HttpErrors
{
    public static readonly ErrorCode Unauthorized = new("GMW001", 401, false,
        "The request carries no valid credential.",
        "Send 'Authorization: Bearer <key>'; a device may send Basic with its id and secret to /api/v1/devices/<its id>/data.",
        "Unauthorized");

    public static readonly ErrorCode Forbidden = new("GMW002", 403, false,
        "'{0}' may not call {1} {2}.",
        "Use a key of a role that may: see docs/reference/security.md; a device may only send data for itself.",
        "Forbidden");

    public static readonly ErrorCode UnknownPath = new("GMW003", 404, false,
        "There is nothing at '{0}'.",
        "The paths are listed at /docs.",
        "NotFound");

    public static readonly ErrorCode MethodNotAllowed = new("GMW004", 405, false,
        "'{0}' does not answer {1}.",
        "The header Allow lists the methods it answers.",
        "MethodNotAllowed");

    public static readonly ErrorCode UnsupportedApiVersion = new("GMW005", 400, false,
        "The api-version '{0}' is not known.",
        "Use one of {1}, or leave it out.",
        "UnsupportedApiVersionValue");

    public static readonly ErrorCode BodyTooLarge = new("GMW006", 413, false,
        "The body is larger than {0} bytes.",
        "Send less at once, or raise Http:MaxBodyBytes.",
        "RequestBodyTooLarge");

    public static readonly ErrorCode UnsupportedContentType = new("GMW007", 415, false,
        "The content type '{0}' is not taken here.",
        "Send {1}.",
        "UnsupportedMediaType");

    public static readonly ErrorCode MalformedJson = new("GMW008", 400, false,
        "The body is not the JSON expected: {0}",
        "Send {1}.");

    public static readonly ErrorCode MalformedPath = new("GMW009", 400, false,
        "The path segment '{0}' is not percent-encoded UTF-8.",
        "Encode the id's UTF-8 bytes as %XX, '/' as %2F.");

    public static readonly ErrorCode InvalidParameter = new("GMW010", 400, false,
        "The query parameter {0} is '{1}'.",
        "It must be {2}.");

    public static readonly ErrorCode InvalidHeader = new("GMW011", 400, false,
        "The header {0} is '{1}'.",
        "It must be {2}.");

    public static readonly ErrorCode Missing = new("GMW012", 400, false,
        "{0} is missing.",
        "Send {1}.",
        "MissingArgument");

    public static readonly ErrorCode NotOffered = new("GMW013", 501, false,
        "This server does not offer {0}.",
        "{1}",
        "NotImplemented");

    public static readonly ErrorCode NotReady = new("GMW014", 503, true,
        "The server is not ready: {0}",
        "Try again; GET /health/ready answers 200 once it is.",
        "ServiceUnavailable");

    public static readonly ErrorCode Internal = new("GMW015", 500, false,
        "The server failed at this request; the failure is in its log under the id {0}.",
        "Report it with that id; it is a fault of the server, not of the request.",
        "InternalError");

    public static readonly ErrorCode InvalidToken = new("GMW016", 400, false,
        "The continuation token is not one that this list gave out.",
        "Take it unchanged from the answer before, or leave it out to begin anew.",
        "BadRequest");

    public static readonly ErrorCode MalformedRequest = new("GMW017", 400, false,
        "The request could not be read: {0}",
        "Send a well-formed HTTP request.",
        "BadRequest");

    public static readonly ErrorCode TooManyStreams = new("GMW018", 429, true,
        "{0} streams are open, which is the limit.",
        "Close one, or raise Http:MaxStreams.",
        "TooManyRequests");

    public static readonly ErrorCode InvalidResumeToken = new("GMW019", 400, false,
        "The resume token '{0}' is not one that this stream gave out.",
        "Send an id that an event of this stream carried, or none to begin with the next event.");

    public static readonly ErrorCode UnknownDevice = new("GMW020", 404, false,
        "There is no device '{0}'.",
        "Create it with PUT /api/v1/devices/{0}.",
        "DeviceNotFound");

    public static readonly ErrorCode UnknownMapping = new("GMW021", 404, false,
        "There is no mapping '{0}'.",
        "Create it with PUT /api/v1/mappings/{0}.",
        "MappingNotFound");

    public static readonly ErrorCode InvalidModelPatch = new("GMW022", 400, false,
        "A model's patch can only replace /decommissioned by true or false.",
        "Send {0}.",
        "JsonPatchInvalid");

    public static readonly ErrorCode NothingTaken = new("GMW023", 400, false,
        "Nothing of the data was taken.",
        "See GET /api/v1/rejections for the reasons.",
        "ValidationFailed");

    public static readonly ErrorCode RequestTooSlow = new("GMW024", 408, true,
        "The request came too slowly.",
        "Send it again over a better connection, or in smaller parts.",
        "RequestTimeout");

    public static readonly ErrorCode BodyLengthRefused = new("GMW025", 413, false,
        "The body is larger than this server reads.",
        "Send less at once, or raise Http:MaxBodyBytes.",
        "RequestBodyTooLarge");

    public static readonly ErrorCode TargetTooLong = new("GMW026", 414, false,
        "The first line of the request is longer than {0} bytes.",
        "Send long queries in a body: POST /query.",
        "UriTooLong");

    public static readonly ErrorCode HeadersTooLarge = new("GMW027", 431, false,
        "The request has more than {0} headers, or more than {1} bytes of them.",
        "Send fewer and shorter ones.",
        "RequestHeaderFieldsTooLarge");

    public static readonly ErrorCode UnknownHttpVersion = new("GMW028", 505, false,
        "The request is of a version of HTTP that this server does not speak.",
        "Use HTTP/1.1.",
        "HttpVersionNotSupported");

    public static readonly ErrorCode TooManyAttempts = new("GMW029", 429, true,
        "Too many credentials were refused from this address; the next is looked at in {0} s.",
        "Correct the key or secret, and wait as long as Retry-After says.",
        "TooManyRequests");

    public static readonly ErrorCode ForeignOrigin = new("GMW030", 403, false,
        "A page of '{0}' may not open a WebSocket here.",
        "Serve the page from this server's own address, or name its origin in Http:AllowedOrigins.",
        "Forbidden");

    public static readonly ErrorCode UnknownKeyRole = new("GMW031", 400, false,
        "'role' is '{0}'.",
        "It must be reader, writer, administrator or scraper.");
}
