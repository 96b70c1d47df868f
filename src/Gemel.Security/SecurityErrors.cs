namespace Gemel.Security;

/// <summary>Errors of keys and secrets; prefix GMS.</summary>
public static class SecurityErrors
{
    public static readonly ErrorCode KeyFileEmpty = new("GMS001", 500, false,
        "The key file '{0}' holds {1} characters; a key has at least {2}.",
        "Delete the file to have a new key made at the next start, or restore it from a backup.");

    public static readonly ErrorCode KeyFileOpen = new("GMS002", 500, false,
        "The key file '{0}' can be read by others than its owner.",
        "Run 'chmod 600' on it, and delete it to have a new key made if others may have read it.");
}
