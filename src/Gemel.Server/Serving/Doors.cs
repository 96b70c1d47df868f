using Gemel.Http;
using Gemel.Mqtt;
using Gemel.Server.Serving.Tls;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gemel.Server.Serving;

/// <summary>The sockets that a server listens on, with the ports really taken.</summary>
internal sealed class Doors
{
    // Past it a client that opened a connection and said nothing is cut.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    public ListenOptions? Http { get; set; }

    public ListenOptions? Mqtt { get; set; }

    public ListenOptions? Https { get; private set; }

    public ListenOptions? Mqtts { get; private set; }

    public void ListenWithTls(KestrelServerOptions kestrel, ServeOptions options, TlsCertificates certificates)
    {
        if (options.Https is { } https)
        {
            kestrel.Listen(https, door => Https = UseTls(door, certificates).UseGemelErrors());
        }
        if (options.Mqtts is { } mqtts)
        {
            kestrel.Listen(mqtts, door => Mqtts = UseTls(door, certificates).UseGemelMqtt());
        }
    }

    private static ListenOptions UseTls(ListenOptions door, TlsCertificates certificates) => door.UseHttps(new TlsHandshakeCallbackOptions
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = _ => new(certificates.HandshakeOptions(asksClient: true)),
    });
}
