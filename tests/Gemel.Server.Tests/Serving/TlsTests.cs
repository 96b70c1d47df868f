using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gemel.Server.Tests.CommandLine;
using Gemel.Testing;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;

namespace Gemel.Server.Tests.Serving;

/// <summary>TLS on a whole server: what it shows, what it asks of clients, and how files are replaced (attack 26).</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_self_signed_certificate_is_trusted_by_commands_on_this_machine_and_by_nobody_else_unasked()
    {
        await using LiveServer server = await LiveServer.StartAsync(_folder["data"], ("Https", "https://127.0.0.1:0"), ("Tls", "self"));
        string url = server.Served.HttpsAddress!.ToString();
        CommandRun here = await CommandRun.Of("status", "--url", url, "--data", _folder["data"]);
        Assert.Equal((0, ""), (here.Code, here.Error));
        Assert.Contains("TLS server", here.Output, StringComparison.Ordinal);
        CommandRun named = await CommandRun.Of("status", "--url", url, "--key-file", server.KeyFile, "--data", _folder["none"], "--ca", Path.Combine(_folder["data"], "tls", "gemel.crt"));
        Assert.Equal(0, named.Code);
        CommandRun unasked = await CommandRun.Of("status", "--url", url, "--key-file", server.KeyFile, "--data", _folder["none"]);
        Assert.Equal(1, unasked.Code);
        Assert.StartsWith("gemel: GMX034:", Assert.Single(unasked.ErrorLines), StringComparison.Ordinal);
        TestAuthority.Write(_folder[""], "other", _authority.Issue("CN=other", purpose: null));
        Assert.Equal(1, (await CommandRun.Of("status", "--url", url, "--key-file", server.KeyFile, "--ca", _folder["other.crt"])).Code);
        CommandRun broken = await CommandRun.Of("status", "--url", url, "--key-file", server.KeyFile, "--ca", _folder["other.key"]);
        Assert.Equal((2, $"gemel: GMX032: --ca is '{_folder["other.key"]}'; it must be a PEM file of certificates."), (broken.Code, Assert.Single(broken.ErrorLines)));
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused_also_where_it_is_trusted()
    {
        TestAuthority.Write(_folder[""], "server", _authority.Issue("CN=elsewhere", purpose: null));
        _folder.Write("ca.pem", _authority.Pem);
        await using LiveServer server = await StartAsync();
        CommandRun run = await CommandRun.Of("status", "--url", server.Served.HttpsAddress!.ToString(), "--key-file", server.KeyFile, "--ca", _folder["ca.pem"]);
        Assert.Equal(1, run.Code);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task TLS_1_2_and_1_3_are_spoken_at_both_doors(SslProtocols protocol)
    {
        WriteServerCertificate();
        await using LiveServer server = await StartAsync(("Mqtts", "127.0.0.1:0"));
        (await ShakeAsync(server.Served.HttpsAddress!.Port, protocol)).Dispose();
        (await ShakeAsync(server.Served.MqttsAddress!.Port, protocol)).Dispose();
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x01)]
    [InlineData(0x02)]
    public async Task What_is_older_is_ended_with_an_alert_or_nothing_at_all(byte minor)
    {
        WriteServerCertificate();
        await using LiveServer server = await StartAsync(("Mqtts", "127.0.0.1:0"));
        foreach (int port in new[] { server.Served.HttpsAddress!.Port, server.Served.MqttsAddress!.Port })
        {
            byte[] answer = await AnswerToAsync(port, OldHello(minor));
            // An alert record (21), never a ServerHello in a handshake record (22); RFC 5246, 7.2.2: protocol_version is 70.
            Assert.True(answer.Length == 0 || (answer[0] == 21 && answer[^1] is 70 or 40), Convert.ToHexString(answer));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002\u0046")]
    [InlineData("\u0016\u0003\u0001\u0000\u0000")]
    [InlineData("\u0010\u0010\u0000\u0004MQTT")]
    public async Task What_is_no_TLS_is_closed_and_the_door_goes_on(string bytes)
    {
        WriteServerCertificate();
        await using LiveServer server = await StartAsync();
        byte[] answer = await AnswerToAsync(server.Served.HttpsAddress!.Port, Encoding.Latin1.GetBytes(bytes));
        Assert.False(Encoding.Latin1.GetString(answer).StartsWith("HTTP/1.1 2", StringComparison.Ordinal));
        (await ShakeAsync(server.Served.HttpsAddress!.Port)).Dispose();
    }

    [Fact]
    public async Task New_files_serve_new_connections_and_broken_ones_leave_the_old_in_use_and_are_told()
    {
        WriteServerCertificate();
        await using LiveServer server = await StartAsync();
        int port = server.Served.HttpsAddress!.Port;
        using X509Certificate2 first = await ShakeAsync(port);
        WriteServerCertificate();
        server.Served.Certificates!.Check();
        using X509Certificate2 second = await ShakeAsync(port);
        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        await File.WriteAllTextAsync(_folder["server.crt"], "nonsense", Cancelled);
        server.Served.Certificates.Check();
        using X509Certificate2 third = await ShakeAsync(port);
        Assert.Equal(second.Thumbprint, third.Thumbprint);
        JsonElement status = await GetAsync(server, "api/v1/status");
        Assert.Contains("BEGIN CERTIFICATE", status.GetProperty("certificates")[0].GetProperty("failure").GetString(), StringComparison.Ordinal);
        JsonElement health = await GetAsync(server, "health/ready");
        Assert.Equal("certificates", health.GetProperty("failing")[0].GetString());
        WriteServerCertificate();
        server.Served.Certificates.Check();
        Assert.False((await GetAsync(server, "health/ready")).TryGetProperty("failing", out _));
        Assert.InRange((await GetAsync(server, "api/v1/status")).GetProperty("certificates")[0].GetProperty("daysLeft").GetInt32(), 88, 90);
    }

    [Fact]
    public async Task A_device_comes_by_certificate_over_MQTT_and_HTTP_and_needs_no_secret()
    {
        await using LiveServer server = await StartWithClientsAsync();
        await PutAsync(server, "gw-1", "{}");
        using X509Certificate2 device = _authority.Issue("CN=gw-1");
        foreach (string? user in new[] { null, "gw-1" })
        {
            MqttClientConnectResult connected = await ConnectAsync(server, device, user, password: null);
            Assert.Equal(MqttClientConnectResultCode.Success, connected.ResultCode);
        }
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await ConnectAsync(server, device, "gw-2", "x")).ResultCode);
        using X509Certificate2 unknown = _authority.Issue("CN=nobody");
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await ConnectAsync(server, unknown, null, null)).ResultCode);
        using X509Certificate2 admin = _authority.Issue("CN=admin");
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await ConnectAsync(server, admin, null, null)).ResultCode);
        Assert.Equal(HttpStatusCode.BadRequest, await PostDataAsync(server, device, "gw-1"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostDataAsync(server, device, "gw-2"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostDataAsync(server, certificate: null, "gw-1"));
    }

    [Fact]
    public async Task A_device_that_must_come_by_certificate_is_refused_with_its_secret()
    {
        await using LiveServer server = await StartWithClientsAsync();
        string secret = (await PutAsync(server, "gw-1", """{"requireCertificate":true}""")).GetProperty("secret").GetString()!;
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await ConnectAsync(server, certificate: null, "gw-1", secret)).ResultCode);
        using X509Certificate2 device = _authority.Issue("CN=gw-1");
        Assert.Equal(MqttClientConnectResultCode.Success, (await ConnectAsync(server, device, "gw-1", null)).ResultCode);
        await PutAsync(server, "gw-1", """{"requireCertificate":false}""");
        Assert.Equal(MqttClientConnectResultCode.Success, (await ConnectAsync(server, certificate: null, "gw-1", secret)).ResultCode);
    }

    [Fact]
    public async Task Certificates_of_others_expired_weak_and_revoked_end_in_the_handshake()
    {
        using X509Certificate2 revoked = _authority.Issue("CN=gw-1");
        _authority.Revoke(revoked);
        await using LiveServer server = await StartWithClientsAsync();
        await PutAsync(server, "gw-1", "{}");
        using TestAuthority foreign = new();
        X509Certificate2[] refused =
        [
            revoked, foreign.Issue("CN=gw-1"), _authority.Issue("CN=gw-1", isWeak: true), _authority.Issue("CN=gw-1", purpose: "1.3.6.1.5.5.7.3.1"),
            _authority.Issue("CN=gw-1", begin: TestAuthority.Now.AddDays(-9), end: TestAuthority.Now.AddDays(-1)),
        ];
        foreach (X509Certificate2 certificate in refused)
        {
            await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => ConnectAsync(server, certificate, "gw-1", null));
            certificate.Dispose();
        }
    }

    [Fact]
    public async Task A_certificate_revoked_later_ends_the_connection_that_it_opened()
    {
        await using LiveServer server = await StartWithClientsAsync();
        await PutAsync(server, "gw-1", "{}");
        using X509Certificate2 device = _authority.Issue("CN=gw-1");
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        TaskCompletionSource<MqttClientDisconnectReason> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += args =>
        {
            ended.TrySetResult(args.Reason);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(OptionsOf(server, device, "gw-1", null), Cancelled);
        _authority.Revoke(device);
        _folder.Write("crl.pem", _authority.RevocationPem());
        server.Served.Certificates!.Check();
        Assert.Equal(MqttClientDisconnectReason.AdministrativeAction, await ended.Task.WaitAsync(Patience, Cancelled));
    }

    [Fact]
    public async Task A_certificate_revoked_later_opens_nothing_more_on_a_connection_over_HTTPS_that_it_opened()
    {
        await using LiveServer server = await StartWithClientsAsync();
        await PutAsync(server, "gw-1", "{}");
        using X509Certificate2 device = _authority.Issue("CN=gw-1");
        using HttpClient client = ClientOf(server, SslStreamCertificateContext.Create(device, null, offline: true), out Func<int> connections);
        Assert.Equal(HttpStatusCode.BadRequest, await PostDataAsync(client, "gw-1"));
        _authority.Revoke(device);
        _folder.Write("crl.pem", _authority.RevocationPem());
        server.Served.Certificates!.Check();
        Assert.Equal(HttpStatusCode.Unauthorized, await PostDataAsync(client, "gw-1"));
        Assert.Equal(1, connections());
    }

    [Fact]
    public async Task A_certificate_of_an_authority_between_that_the_device_sends_along_stays_good_while_its_connection_lasts()
    {
        await using LiveServer server = await StartWithClientsAsync();
        await PutAsync(server, "gw-1", "{}");
        using TestAuthority line = _authority.IssueAuthority("Line CA");
        using X509Certificate2 device = line.Issue("CN=gw-1");
        using HttpClient client = ClientOf(server, SslStreamCertificateContext.Create(device, [line.Certificate], offline: true), out Func<int> connections);
        Assert.Equal(HttpStatusCode.BadRequest, await PostDataAsync(client, "gw-1"));
        server.Served.Certificates!.Check();
        _folder.Write("crl.pem", _authority.RevocationPem());
        server.Served.Certificates.Check();
        Assert.Equal(HttpStatusCode.BadRequest, await PostDataAsync(client, "gw-1"));
        Assert.Equal(1, connections());
    }

    [Fact]
    public async Task MQTT_over_WebSocket_goes_over_HTTPS()
    {
        WriteServerCertificate();
        await using LiveServer server = await StartAsync();
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Issuer == "CN=Plant CA";
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{server.Served.HttpsAddress!.Port}/mqtt"), Cancelled);
        Assert.Equal("mqtt", socket.SubProtocol);
    }

    [Theory]
    [InlineData("TlsCert is ''; it must be the name of a PEM file", "Https=https://127.0.0.1:0")]
    [InlineData("TlsKey is ''; it must be the name of a PEM file", "Https=https://127.0.0.1:0", "TlsCert=server.crt")]
    [InlineData("Tls is 'yes'; it must be 'self'", "Https=https://127.0.0.1:0", "Tls=yes")]
    [InlineData("TlsCert is 'server.crt'; it must be left out with '--tls self'", "Https=https://127.0.0.1:0", "Tls=self", "TlsCert=server.crt")]
    [InlineData("Tls is 'self'; it must be left out, or go with", "Tls=self")]
    [InlineData("TlsClientCrl is 'crl.pem'; it must be left out, or go with", "Mqtts=127.0.0.1:0", "Tls=self", "TlsClientCrl=crl.pem")]
    [InlineData("Https is 'http://127.0.0.1:0'; it must be an address such as", "Https=http://127.0.0.1:0", "Tls=self")]
    [InlineData("BehindProxy is 'everybody'; it must be addresses", "BehindProxy=everybody")]
    [InlineData("BehindProxy is '0.0.0.0/0'; it must be addresses", "BehindProxy=0.0.0.0/0")]
    [InlineData("TlsCert is 'absent.crt'; it must be a file that can be used.", "Https=https://127.0.0.1:0", "TlsCert=absent.crt", "TlsKey=server.key")]
    [InlineData("TlsCert is 'server.crt'; it must be a file that can be used. The key file 'other.key' is not", "Https=https://127.0.0.1:0", "TlsCert=server.crt", "TlsKey=other.key")]
    [InlineData("TlsCert is 'old.crt'; it must be a file that can be used. The certificate file 'old.crt' ended at", "Https=https://127.0.0.1:0", "TlsCert=old.crt", "TlsKey=old.key")]
    [InlineData("TlsCert is 'weak.crt'; it must be a file that can be used. The certificate file 'weak.crt' has a key of 1024 bits", "Https=https://127.0.0.1:0", "TlsCert=weak.crt", "TlsKey=weak.key")]
    [InlineData("TlsClientCa is 'server.crt'; it must be a file that can be used. The certificate file 'server.crt' holds 'CN=server', which is not an authority", "Mqtts=127.0.0.1:0", "Tls=self", "TlsClientCa=server.crt")]
    public async Task A_setting_of_TLS_that_cannot_be_is_one_line_and_exit_code_2(string line, params string[] settings)
    {
        WriteServerCertificate();
        TestAuthority.Write(_folder[""], "other", _authority.Issue("CN=other"));
        TestAuthority.Write(_folder[""], "weak", _authority.Issue("CN=weak", isWeak: true));
        TestAuthority.Write(_folder[""], "old", _authority.Issue("CN=old", begin: TestAuthority.Now.AddDays(-9), end: TestAuthority.Now.AddDays(-1)));
        Dictionary<string, string> document = settings.ToDictionary(s => s.Split('=')[0], s => InFolder(s.Split('=')[1]));
        string file = _folder.Write("settings.json", JsonSerializer.Serialize(document));
        CommandRun run = await CommandRun.Of("serve", "--config", file, "--data", _folder["data"], "--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0");
        string said = Assert.Single(run.ErrorLines).Replace(_folder[""].TrimEnd('/') + "/", "", StringComparison.Ordinal);
        Assert.StartsWith($"gemel: GMX032: {line}", said, StringComparison.Ordinal);
        Assert.Equal(2, run.Code);
    }

    private string InFolder(string value) => value.EndsWith(".crt", StringComparison.Ordinal) || value.EndsWith(".key", StringComparison.Ordinal) || value.EndsWith(".pem", StringComparison.Ordinal) ? _folder[value] : value;

    private void WriteServerCertificate()
    {
        using X509Certificate2 certificate = _authority.Issue("CN=server", purpose: "1.3.6.1.5.5.7.3.1", host: "localhost");
        TestAuthority.Write(_folder[""], "server", certificate);
    }

    private Task<LiveServer> StartAsync(params (string, string)[] settings) => LiveServer.StartAsync(
        _folder["data"], [("Https", "https://127.0.0.1:0"), ("TlsCert", _folder["server.crt"]), ("TlsKey", _folder["server.key"]), .. settings]);

    private Task<LiveServer> StartWithClientsAsync()
    {
        WriteServerCertificate();
        _folder.Write("ca.pem", _authority.Pem);
        _folder.Write("crl.pem", _authority.RevocationPem());
        return StartAsync(("Mqtts", "127.0.0.1:0"), ("TlsClientCa", _folder["ca.pem"]), ("TlsClientCrl", _folder["crl.pem"]));
    }

    // A ClientHello that offers no later version: suites ECDHE-RSA-AES128-SHA and AES128-SHA, no extensions but the curve.
    private static byte[] OldHello(byte minor)
    {
        byte[] extensions = [0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0];
        byte[] body = [3, minor, .. new byte[32], 0, 0, 4, 0xC0, 0x13, 0x00, 0x2F, 1, 0, 0, (byte)extensions.Length, .. extensions];
        byte[] handshake = [1, 0, 0, (byte)body.Length, .. body];
        return [22, 3, minor, 0, (byte)handshake.Length, .. handshake];
    }

    private static async Task<byte[]> AnswerToAsync(int port, byte[] bytes)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancelled);
        await socket.SendAsync(bytes, Cancelled);
        socket.Shutdown(SocketShutdown.Send);
        using MemoryStream answer = new();
        byte[] buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer, Cancelled).AsTask().WaitAsync(Patience, Cancelled)) > 0)
            {
                answer.Write(buffer, 0, read);
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes unread: an end like any other.
        }
        return answer.ToArray();
    }

    private static async Task<X509Certificate2> ShakeAsync(int port, SslProtocols protocol = SslProtocols.None)
    {
        using TcpClient socket = new();
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancelled);
        using SslStream stream = new(socket.GetStream(), false, (_, _, _, _) => true);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocol }, Cancelled);
        return X509CertificateLoader.LoadCertificate(stream.RemoteCertificate!.GetRawCertData());
    }

    private static MqttClientOptions OptionsOf(LiveServer server, X509Certificate2? certificate, string? user, string? password)
    {
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", server.Served.MqttsAddress!.Port).WithProtocolVersion(MqttProtocolVersion.V500).WithTimeout(Patience)
            .WithTlsOptions(tls =>
            {
                tls.UseTls().WithCertificateValidationHandler(shown => shown.Certificate.Issuer == "CN=Plant CA");
                if (certificate is not null)
                {
                    tls.WithClientCertificates([certificate]);
                }
            });
        return (user is null ? options : options.WithCredentials(user, password is null ? null : Encoding.UTF8.GetBytes(password))).Build();
    }

    private static async Task<MqttClientConnectResult> ConnectAsync(LiveServer server, X509Certificate2? certificate, string? user, string? password)
    {
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        return await client.ConnectAsync(OptionsOf(server, certificate, user, password), Cancelled);
    }

    private static async Task<HttpStatusCode> PostDataAsync(LiveServer server, X509Certificate2? certificate, string device)
    {
        using HttpClient client = ClientOf(server, certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true), out _);
        return await PostDataAsync(client, device);
    }

    /// <param name="connections">Says how many connections it has opened.</param>
    private static HttpClient ClientOf(LiveServer server, SslStreamCertificateContext? certificate, out Func<int> connections)
    {
        int opened = 0;
        SocketsHttpHandler handler = new();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
        {
            Interlocked.Increment(ref opened);
            return shown!.Issuer == "CN=Plant CA";
        };
        handler.SslOptions.ClientCertificateContext = certificate;
        connections = () => opened;
        return new HttpClient(handler) { BaseAddress = server.Served.HttpsAddress };
    }

    private static async Task<HttpStatusCode> PostDataAsync(HttpClient client, string device)
    {
        using StringContent body = new("""{"x":1}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync($"/api/v1/devices/{device}/data", body, Cancelled);
        string text = await answer.Content.ReadAsStringAsync(Cancelled);
        // There is no twin: what the gate let through is refused for that.
        return answer.StatusCode == HttpStatusCode.NotFound && text.Contains("twin", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : answer.StatusCode;
    }

    private static async Task<JsonElement> PutAsync(LiveServer server, string device, string body)
    {
        using HttpClient client = new() { BaseAddress = new Uri(server.Http), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", server.Key) } };
        using HttpResponseMessage answer = await client.PutAsync($"/api/v1/devices/{device}", new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        Assert.True(answer.IsSuccessStatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancelled)).RootElement;
    }

    private static async Task<JsonElement> GetAsync(LiveServer server, string path)
    {
        using HttpClient client = new() { BaseAddress = new Uri(server.Http), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", server.Key) } };
        return JsonDocument.Parse(await client.GetStringAsync(path, Cancelled)).RootElement;
    }
}
