using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Gemel.Server.Serving;

/// <summary>Addresses that a server listens on. Without TLS only loopback is taken, unless the user says that it may be open.</summary>
internal static class Listening
{
    public static IPEndPoint ReadUrl(string text, string name, bool isInsecure, List<GemelError> errors)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme == "http" && url.AbsolutePath == "/" && url.Query.Length == 0)
        {
            return Resolve(url.IdnHost.Trim('[', ']'), url.Port, text, name, isInsecure, errors);
        }
        errors.Add(ServerErrors.InvalidSetting.With(name, text, "an address such as 'http://127.0.0.1:8080'"));
        return new IPEndPoint(IPAddress.Loopback, 0);
    }

    public static IPEndPoint ReadHostAndPort(string text, string name, bool isInsecure, List<GemelError> errors)
    {
        int colon = text.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), out ushort port))
        {
            return Resolve(text[..colon].Trim('[', ']'), port, text, name, isInsecure, errors);
        }
        errors.Add(ServerErrors.InvalidSetting.With(name, text, "a host and a port such as '127.0.0.1:1883'"));
        return new IPEndPoint(IPAddress.Loopback, 0);
    }

    /// <summary>An address with TLS, which may be any; null where none is set.</summary>
    public static IPEndPoint? ReadSecureUrl(string? text, string name, List<GemelError> errors)
    {
        if (text is null)
        {
            return null;
        }
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme == "https" && url.AbsolutePath == "/" && url.Query.Length == 0)
        {
            return Resolve(url.IdnHost.Trim('[', ']'), url.Port, text, name, isInsecure: true, errors);
        }
        errors.Add(ServerErrors.InvalidSetting.With(name, text, "an address such as 'https://0.0.0.0:8443'"));
        return null;
    }

    /// <inheritdoc cref="ReadSecureUrl"/>
    public static IPEndPoint? ReadSecureHostAndPort(string? text, string name, List<GemelError> errors) =>
        text is null ? null : ReadHostAndPort(text, name, isInsecure: true, errors);

    /// <summary>True where another socket holds the address.</summary>
    public static bool IsTaken(IPEndPoint address)
    {
        using Socket probe = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(address);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>The addresses by which clients reach a socket: its own, or for one on all addresses those of this machine.</summary>
    public static IEnumerable<IPAddress> AddressesOf(IPEndPoint door)
    {
        if (!door.Address.Equals(IPAddress.Any) && !door.Address.Equals(IPAddress.IPv6Any))
        {
            return [door.Address];
        }
        return NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            // A link-local address means another machine on each link.
            .Where(address => !address.IsIPv6LinkLocal && !IPAddress.IsLoopback(address));
    }

    /// <summary>The address itself where it is free, else any free port of its host.</summary>
    public static IPEndPoint FreeOr(IPEndPoint wanted) => IsTaken(wanted) ? new IPEndPoint(wanted.Address, 0) : wanted;

    private static IPEndPoint Resolve(string host, int port, string text, string name, bool isInsecure, List<GemelError> errors)
    {
        IPAddress? address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" or "+" => IPAddress.IPv6Any,
            _ => IPAddress.TryParse(host, out IPAddress? parsed) ? parsed : null,
        };
        if (address is null)
        {
            errors.Add(ServerErrors.InvalidSetting.With(name, text, "an IP address or 'localhost' as its host"));
            return new IPEndPoint(IPAddress.Loopback, 0);
        }
        if (!IPAddress.IsLoopback(address) && !isInsecure)
        {
            errors.Add(ServerErrors.InvalidSetting.With(name, text, "a loopback address, for without TLS keys and data travel in clear text; '--insecure' opens it all the same"));
        }
        return new IPEndPoint(address, port);
    }
}
