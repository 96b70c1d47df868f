namespace Gemel;

/// <summary>Errors that every module shares; prefix GMA.</summary>
public static class CommonErrors
{
    public static readonly ErrorCode InvalidId = new("GMA001", 400, false,
        "The {0} id '{1}' {2}.",
        "Use 1 to 128 Unicode characters without control characters that do not begin with '/', '#', '+' or '$' and are not '.' or '..'.");
}
