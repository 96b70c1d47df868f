namespace Gemel.Mqtt;

/// <summary>What the device door refuses; prefix GMT. <see cref="Protocol.ReasonCodes"/> maps them to MQTT.</summary>
public static class MqttErrors
{
    public static readonly ErrorCode TopicOutsideContract = new("GMT001", 400, false,
        "The topic '{0}' is none that this server takes.",
        "Publish to 'twins/{{twinId}}/data' or 'devices/{{deviceId}}/data'; a slash within an id is written %2F.");

    public static readonly ErrorCode TopicMalformed = new("GMT002", 400, false,
        "The topic '{0}' has a percent escape that is not two hexadecimal digits, or that does not make UTF-8.",
        "Percent-encode the UTF-8 bytes of the id.");

    public static readonly ErrorCode ForeignDevice = new("GMT003", 403, false,
        "'{0}' may not publish for the device '{1}'.",
        "Use the topic of the device whose credentials the connection has.", "Forbidden");

    public static readonly ErrorCode CredentialsRefused = new("GMT010", 401, false,
        "The user name and password were refused.",
        "Use the device id as user and its secret as password; 'admin' with the administrator key, or 'key:NAME' with the key of that name.", "Unauthorized");

    public static readonly ErrorCode ClientIdInvalid = new("GMT011", 400, false,
        "The client identifier {0}.",
        "Use 1 to 256 characters without control characters, or none together with a clean session.");

    public static readonly ErrorCode WillRefused = new("GMT012", 403, false,
        "The will's topic '{0}' is none that '{1}' may publish to.",
        "Use a data topic of a twin that is bound to the device.", "Forbidden");

    public static readonly ErrorCode TooManySessions = new("GMT013", 429, true,
        "'{0}' already has {1} sessions.",
        "Let sessions expire, or use fewer client identifiers.", "QuotaReached");

    public static readonly ErrorCode NotReady = new("GMT014", 503, true,
        "The server is {0}.", "Connect again in a while.", "ServiceUnavailable");

    public static readonly ErrorCode AuthenticationMethod = new("GMT015", 400, false,
        "The authentication method '{0}' is not supported.", "Use user name and password.");

    public static readonly ErrorCode TooManyAttempts = new("GMT016", 429, true,
        "Too many credentials were refused from this address; the next is looked at in {0} s.",
        "Correct the secret, and connect again after that time.", "TooManyRequests");

    public static readonly ErrorCode FilterOutsideContract = new("GMT020", 400, false,
        "The filter '{0}' matches no topic that this server sends.",
        "Subscribe to 'twins/{{twinId}}/state', 'twins/{{twinId}}/changes' or 'devices/{{deviceId}}/rejections'.");

    public static readonly ErrorCode FilterNotAuthorized = new("GMT021", 403, false,
        "'{0}' may not subscribe to '{1}'.",
        "Bind the twin to the device first.", "Forbidden");

    public static readonly ErrorCode FilterNotYet = new("GMT022", 501, false,
        "Commands and desired values ('{0}') are not offered by this version.", "");

    public static readonly ErrorCode SharedSubscription = new("GMT023", 400, false,
        "Shared subscriptions ('{0}') are not supported.", "Subscribe without '$share'.");

    public static readonly ErrorCode WildcardRejections = new("GMT024", 400, false,
        "The filter '{0}' asks for the rejections of many devices.", "Name one device.");

    public static readonly ErrorCode TooManySubscriptions = new("GMT025", 429, false,
        "The session already has {0} subscriptions.", "Use wildcards: they are narrowed to what the device may see.", "QuotaReached");
}
