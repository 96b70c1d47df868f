using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gemel.Http;
using Gemel.Security;
using Microsoft.Extensions.Logging;

namespace Gemel.Server.Serving.Tls;

/// <summary>The certificates of a running server: shown, checked, looked after.</summary>
/// <remarks>
/// Every ten seconds the files are looked at. New ones serve the connections that come then; those that are open stay as they
/// are, but for clients whose certificate no longer holds (<see cref="ProblemOf"/>). Files that cannot be used change nothing and are told
/// in log, status, health and metric until they can.
/// </remarks>
internal sealed class TlsCertificates : ICertificates, IClientCertificates, IDisposable
{
    public const string MeterName = "Gemel.Server.Tls";

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(14);
    private static readonly TimeSpan WarnInterval = TimeSpan.FromDays(1);

    private readonly WatchedFiles<ShownCertificate> _server;
    private readonly WatchedFiles<ClientAuthorities>? _clients;
    private readonly ClientCertificateChecks? _checks;
    private readonly Action _renew;
    private readonly TimeProvider _clock;
    private readonly Meter _meter;
    private readonly Lock _checking = new();
    private ILogger? _log;
    private ITimer? _timer;
    private string? _renewalFailure;
    private DateTimeOffset _warned = DateTimeOffset.MinValue;

    private TlsCertificates(WatchedFiles<ShownCertificate> server, WatchedFiles<ClientAuthorities>? clients, Action renew, TimeProvider clock)
    {
        (_server, _clients, _renew, _clock) = (server, clients, renew, clock);
        _checks = clients is null ? null : new ClientCertificateChecks(clients, clock);
        _meter = new Meter(MeterName);
        _meter.CreateObservableGauge(
            "gemel.tls.certificate.expiry", () => States.Select(s => new Measurement<double>((s.NotAfter - Now).TotalDays, Named(s))), "d", "Days until a certificate or revocation list ends.");
        _meter.CreateObservableGauge(
            "gemel.tls.certificate.failing", () => States.Select(s => new Measurement<int>(s.Failure is null ? 0 : 1, Named(s))), "1", "1 while newer files cannot be used, or what is used has ended.");
    }

    public bool AreTaken => _clients is not null;

    public IReadOnlyList<CertificateState> States
    {
        get
        {
            List<CertificateState> states = [State("server", _server.Current.NotAfter, _server.Failure ?? _renewalFailure)];
            if (_clients is { } clients)
            {
                states.Add(State("clientAuthorities", clients.Current.NotAfter, clients.Failure));
                if (clients.Current.ListsEnd is { } end)
                {
                    states.Add(State("clientRevocations", end, null));
                }
            }
            return states;
        }
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Reads all files for the first time.</summary>
    /// <param name="addresses">Where the server listens, for a self-signed certificate.</param>
    /// <exception cref="GemelException">GMX032, a file that is named cannot be used; GMS010, a self-signed certificate cannot be kept.</exception>
    public static TlsCertificates Open(TlsSettings settings, string dataFolder, IReadOnlyCollection<IPAddress> addresses, TimeProvider clock)
    {
        string folder = Path.Combine(dataFolder, TlsSettings.Folder);
        string certificate = settings.CertificateFile ?? Path.Combine(folder, SelfSignedCertificate.CertificateFile);
        string key = settings.KeyFile ?? Path.Combine(folder, SelfSignedCertificate.KeyFile);
        Action renew = settings.CertificateFile is null ? () => Renew(folder, addresses, clock) : () => { };
        renew();
        WatchedFiles<ShownCertificate> server = Require(settings.CertificateFile is null ? "Tls" : "TlsCert", certificate, WatchedFiles<ShownCertificate>.Open(
            [certificate, key], () => ShownCertificate.From(ServerCertificate.Read(certificate, key, clock.GetUtcNow()))));
        WatchedFiles<ClientAuthorities>? clients = settings.ClientAuthorities is not { } authorities ? null : Require("TlsClientCa", authorities, WatchedFiles<ClientAuthorities>.Open(
            settings.ClientRevocations is { } lists ? [authorities, lists] : [authorities], () => ClientAuthorities.Read(authorities, settings.ClientRevocations)));
        return new TlsCertificates(server, clients, renew, clock);
    }

    /// <summary>Begins to look after the files.</summary>
    public void Start(ILogger log)
    {
        _log = log;
        WarnOfEnds();
        _timer = _clock.CreateTimer(_ => Check(), null, CheckInterval, CheckInterval);
    }

    /// <summary>What one handshake shows and asks; TLS 1.2 and later only.</summary>
    public SslServerAuthenticationOptions HandshakeOptions()
    {
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = _server.Current.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_checks is { } checks)
        {
            options.ClientCertificateRequired = true;
            // Its own look at the chain must fetch nothing that a stranger's certificate names.
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
            options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => certificate is null || Accepts(checks, certificate, chain);
        }
        return options;
    }

    public string? ProblemOf(X509Certificate2 certificate) =>
        _checks is { } checks ? checks.ProblemOf(certificate) : "is of no authority that this server knows";

    /// <summary>Looks at the files now.</summary>
    public void Check()
    {
        lock (_checking)
        {
            try
            {
                _renew();
                _renewalFailure = null;
            }
            catch (Exception failed) when (failed is GemelException or IOException or UnauthorizedAccessException or CryptographicException)
            {
                if (_renewalFailure is null)
                {
                    TlsLog.Refused(Log, "server", failed.Message);
                }
                _renewalFailure = failed.Message;
            }
            Tell("server", _server.Check(), _server.Failure);
            if (_clients is { } clients)
            {
                Tell("clientAuthorities", clients.Check(), clients.Failure);
            }
            WarnOfEnds();
        }
    }

    /// <summary>A connection began with something else than a handshake.</summary>
    public void NoHandshake(EndPoint? remote) => TlsLog.NoHandshake(Log, remote);

    public void Dispose()
    {
        _timer?.Dispose();
        _meter.Dispose();
    }

    private ILogger Log => _log ?? throw new InvalidOperationException("The certificates are not looked after yet.");

    private static void Renew(string folder, IReadOnlyCollection<IPAddress> addresses, TimeProvider clock)
    {
        try
        {
            SelfSignedCertificate.Ensure(folder, addresses, clock.GetUtcNow());
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(SecurityErrors.CertificateRefused.With(Path.Combine(folder, SelfSignedCertificate.CertificateFile), $"cannot be made: {refused.Message}"), refused);
        }
    }

    private static WatchedFiles<T> Require<T>(string setting, string file, Outcome<WatchedFiles<T>> opened)
        where T : class
    {
        return opened.TryGetValue(out WatchedFiles<T>? files)
            ? files
            : throw new GemelException(ServerErrors.InvalidSetting.With(setting, file, $"a file that can be used. {opened.Errors[0].Message}"));
    }

    private bool Accepts(ClientCertificateChecks checks, X509Certificate shown, X509Chain? chain)
    {
        using X509Certificate2? copy = shown as X509Certificate2 is null ? X509CertificateLoader.LoadCertificate(shown.GetRawCertData()) : null;
        X509Certificate2 certificate = copy ?? (X509Certificate2)shown;
        string? problem = checks.ProblemInHandshake(certificate, chain?.ChainPolicy.ExtraStore ?? []);
        if (problem is not null)
        {
            TlsLog.ClientRefused(Log, LogText.Of(certificate.Subject), problem);
        }
        return problem is null;
    }

    private void Tell(string name, FileChange change, string? failure)
    {
        if (change == FileChange.Taken)
        {
            TlsLog.Taken(Log, name);
        }
        else if (change == FileChange.Refused)
        {
            TlsLog.Refused(Log, name, failure!);
        }
    }

    private void WarnOfEnds()
    {
        if (Now - _warned < WarnInterval)
        {
            return;
        }
        foreach (CertificateState state in States.Where(s => s.NotAfter - Now < WarnBefore))
        {
            _warned = Now;
            TlsLog.EndsSoon(Log, state.Name, state.NotAfter);
        }
    }

    private CertificateState State(string name, DateTimeOffset notAfter, string? failure) =>
        new(name, notAfter, failure ?? (notAfter <= Now ? $"It ended at {notAfter:u}." : null));

    private static KeyValuePair<string, object?> Named(CertificateState state) => new("certificate", state.Name);

    /// <summary>A certificate made ready for handshakes.</summary>
    private sealed record ShownCertificate(SslStreamCertificateContext Context, DateTimeOffset NotAfter)
    {
        public static Outcome<ShownCertificate> From(Outcome<ServerCertificate> read) => read.TryGetValue(out ServerCertificate? certificate)
            // Offline: what it shows is what the file holds.
            ? new ShownCertificate(SslStreamCertificateContext.Create(certificate.Leaf, certificate.Chain, offline: true), certificate.Leaf.NotAfter)
            : Outcome<ShownCertificate>.Failure(read.Errors);
    }
}
