using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Gemel.Server.Serving;

/// <summary>Proxies whose word on the client's address, scheme and host is taken; from anybody else such headers are ignored.</summary>
internal static class TrustedProxies
{
    /// <param name="text">Addresses and networks (<c>10.0.0.0/8</c>), divided by commas.</param>
    public static IReadOnlyList<IPNetwork> Read(string? text, List<GemelError> errors)
    {
        List<IPNetwork> networks = [];
        foreach (string part in text?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (IPAddress.TryParse(part, out IPAddress? address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(part, out IPNetwork network) && network.PrefixLength > 0)
            {
                networks.Add(network);
            }
            else
            {
                errors.Add(ServerErrors.InvalidSetting.With("BehindProxy", text, "addresses and networks of proxies such as '10.0.0.0/8,127.0.0.1', and not everybody's"));
                return [];
            }
        }
        return networks;
    }

    /// <summary>Puts the check before everything else.</summary>
    public static void Use(IApplicationBuilder app, IReadOnlyList<IPNetwork> proxies)
    {
        if (proxies.Count == 0)
        {
            return;
        }
        ForwardedHeadersOptions options = new()
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            // As many as are trusted one after the other; the first that is not is the client.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (IPNetwork proxy in proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }
        app.UseForwardedHeaders(options);
    }
}
