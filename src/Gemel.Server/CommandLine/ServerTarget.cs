using System.Net;
using Gemel.Server.Clients;

namespace Gemel.Server.CommandLine;

/// <summary>The server that a client command talks to, and the key it shows.</summary>
internal sealed record ServerTarget(Uri Url, string Key)
{
    /// <summary>Whose certificates are trusted beside those of the operating system; null for nobody's.</summary>
    public ServerTrust? Trust { get; init; }

    public const string UrlVariable = "GEMEL_URL";
    public const string KeyVariable = "GEMEL_KEY";
    public const string DataVariable = "GEMEL_DATA";

    /// <summary>Finds address and key: an option goes before its variable; without a key, a server on this machine is asked with its
    /// administrator's, read from the data folder.</summary>
    /// <param name="environment">Value of a variable; null where it is not set.</param>
    /// <returns>The target, or GMX032, GMX033, GMX035.</returns>
    public static Outcome<ServerTarget> Find(string? url, string? keyFile, string? data, Func<string, string?> environment, string? ca = null)
    {
        string address = url ?? environment(UrlVariable) ?? Serving.ServeOptions.DefaultHttp;
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? target) || target.Scheme is not ("http" or "https"))
        {
            return ServerErrors.InvalidSetting.With(url is null ? UrlVariable : "--url", address, $"an address such as '{Serving.ServeOptions.DefaultHttp}'");
        }
        // So that paths are taken below a base path instead of beside it.
        Uri root = target.AbsolutePath.EndsWith('/') ? target : new Uri($"{target.GetLeftPart(UriPartial.Path)}/");
        string folder = data ?? environment(DataVariable) ?? Serving.ServeOptions.DefaultData;
        Outcome<string> key = FindKey(root, keyFile, folder, environment);
        if (!key.TryGetValue(out string? value))
        {
            return Outcome<ServerTarget>.Failure(key.Errors);
        }
        Outcome<ServerTrust?> trust = root.Scheme == Uri.UriSchemeHttps ? ServerTrust.Find(ca, root.DnsSafeHost, folder, environment) : Outcome<ServerTrust?>.Success(null);
        return trust.IsSuccess ? new ServerTarget(root, value) { Trust = trust.Value } : Outcome<ServerTarget>.Failure(trust.Errors);
    }

    private static Outcome<string> FindKey(Uri url, string? keyFile, string data, Func<string, string?> environment)
    {
        if (keyFile is not null)
        {
            return ReadKey(keyFile);
        }
        if (environment(KeyVariable) is { Length: > 0 } key)
        {
            return key.Trim();
        }
        string file = Path.Combine(data, Security.AccessKeys.AdministratorFile);
        return IsLoopback(url) && File.Exists(file) ? ReadKey(file) : ServerErrors.KeyMissing.With(url, file);
    }

    private static Outcome<string> ReadKey(string file)
    {
        try
        {
            string key = File.ReadAllText(file).Trim();
            return key.Length > 0 && !key.Any(char.IsWhiteSpace) ? key : ServerErrors.InvalidSetting.With("--key-file", file, "a file that holds a key and nothing else");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return ServerErrors.FileUnreadable.With(file, unreadable.Message);
        }
    }

    private static bool IsLoopback(Uri url) => url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address) && IPAddress.IsLoopback(address));
}
