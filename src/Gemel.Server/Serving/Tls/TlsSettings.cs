using Microsoft.Extensions.Configuration;

namespace Gemel.Server.Serving.Tls;

/// <summary>Where a server's certificates are.</summary>
/// <param name="CertificateFile">PEM; null: a self-signed one below the data folder.</param>
/// <param name="ClientAuthorities">PEM file of the authorities whose certificates devices may show; null: none may.</param>
/// <param name="ClientRevocations">PEM file of what they have revoked; null for none.</param>
internal sealed record TlsSettings(string? CertificateFile, string? KeyFile, string? ClientAuthorities, string? ClientRevocations)
{
    /// <summary>Folder of the self-signed certificate within the data folder.</summary>
    public const string Folder = "tls";

    private const string SelfSigned = "self";

    /// <summary>Reads <c>Tls</c>, <c>TlsCert</c>, <c>TlsKey</c>, <c>TlsClientCa</c>, <c>TlsClientCrl</c>.</summary>
    /// <param name="isUsed">True where an address with TLS is set.</param>
    /// <returns>Null where nothing is served with TLS.</returns>
    public static TlsSettings? Read(IConfiguration configuration, bool isUsed, List<GemelError> errors)
    {
        (string? mode, string? certificate, string? key) = (configuration["Tls"], configuration["TlsCert"], configuration["TlsKey"]);
        (string? authorities, string? revocations) = (configuration["TlsClientCa"], configuration["TlsClientCrl"]);
        if (!isUsed)
        {
            foreach (string name in new[] { "Tls", "TlsCert", "TlsKey", "TlsClientCa", "TlsClientCrl" }.Where(name => configuration[name] is not null))
            {
                errors.Add(ServerErrors.InvalidSetting.With(name, configuration[name], "left out, or go with '--https' or '--mqtts'"));
            }
            return null;
        }
        if (mode is not (null or SelfSigned))
        {
            errors.Add(ServerErrors.InvalidSetting.With("Tls", mode, "'self', or left out where '--tls-cert' and '--tls-key' name files"));
        }
        if (mode is SelfSigned && (certificate ?? key) is { } file)
        {
            errors.Add(ServerErrors.InvalidSetting.With(certificate is null ? "TlsKey" : "TlsCert", file, "left out with '--tls self'"));
        }
        if (mode is null && (certificate is null || key is null))
        {
            errors.Add(ServerErrors.InvalidSetting.With(certificate is null ? "TlsCert" : "TlsKey", "", "the name of a PEM file, as '--https' and '--mqtts' need a certificate; '--tls self' makes one"));
        }
        if (revocations is not null && authorities is null)
        {
            errors.Add(ServerErrors.InvalidSetting.With("TlsClientCrl", revocations, "left out, or go with '--tls-client-ca'"));
        }
        return new TlsSettings(certificate, key, authorities, revocations);
    }
}
