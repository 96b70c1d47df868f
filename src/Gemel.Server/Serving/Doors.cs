using Gemel.Http;
using Gemel.Mqtt;
using Gemel.Server.Serving.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gemel.Server.Serving;

/// <summary>The sockets that a server listens on, with the ports really taken.</summary>
internal sealed class Doors
{
    // Past it a client that opened a connection and said nothing is cut.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    public ListenOptions? Http { get; private set; }

    public ListenOptions? Mqtt { get; private set; }

    public ListenOptions? Https { get; private set; }

    public ListenOptions? Mqtts { get; private set; }

    public void Listen(KestrelServerOptions kestrel, ServeOptions options, TlsCertificates? certificates)
    {
        if (options.Http is { } http)
        {
            kestrel.Listen(http, door => Http = door.UseGemelErrors());
        }
        if (options.Mqtt is { } mqtt)
        {
            kestrel.Listen(mqtt, door => Mqtt = door.UseGemelMqtt());
        }
        if (certificates is not null)
        {
            ListenWithTls(kestrel, options, certificates);
        }
    }

    private void ListenWithTls(KestrelServerOptions kestrel, ServeOptions options, TlsCertificates certificates)
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

    private static ListenOptions UseTls(ListenOptions door, TlsCertificates certificates)
    {
        door.Use(next => connection => ServeAsync(connection, next, certificates));
        return door.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = _ => new(certificates.HandshakeOptions()),
        });
    }

    // SslStream's answer to a first record that is no ClientHello, for which nothing was chosen: the web server would log each as a fault of ours, for
    // any stranger who sends one.
    private static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, TlsCertificates certificates)
    {
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        catch (NotSupportedException foreign) when (foreign.Source == "System.Net.Security")
        {
            certificates.NoHandshake(connection.RemoteEndPoint);
        }
    }
}
