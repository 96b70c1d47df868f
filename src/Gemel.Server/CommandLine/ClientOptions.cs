using System.CommandLine;
using Gemel.Server.Clients;
using Gemel.Server.Serving;

namespace Gemel.Server.CommandLine;

/// <summary>The options that every command has which talks to a server.</summary>
internal static class ClientOptions
{
    public static readonly Option<string?> Url = new("--url")
    {
        Description = $"Address of the server. [default: {ServerTarget.UrlVariable}, or {ServeOptions.DefaultHttp}]",
        HelpName = "URL",
    };

    public static readonly Option<string?> KeyFile = new("--key-file")
    {
        Description = $"File that holds the key. [default: the key in {ServerTarget.KeyVariable}, or for a server on this machine DIR/admin.key]",
        HelpName = "FILE",
    };

    public static readonly Option<string?> Data = new("--data")
    {
        Description = $"Data folder of the server on this machine, for its key. [default: {ServerTarget.DataVariable}, or {ServeOptions.DefaultData}]",
        HelpName = "DIR",
    };

    public static readonly Option<string?> Ca = new("--ca")
    {
        Description = $"PEM file of a certificate to trust beside those of the system. [default: {ServerTrust.Variable}, or for a server on this machine DIR/tls/{Security.SelfSignedCertificate.CertificateFile}]",
        HelpName = "FILE",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Write one JSON value a line instead of a table. [default: no]" };

    /// <summary>A command with these options that asks a server.</summary>
    public static Command WithServer(this Command command, Func<ClientCall, CancellationToken, Task<int>> ask)
    {
        command.Add(Url);
        command.Add(KeyFile);
        command.Add(Data);
        command.Add(Ca);
        command.Add(Json);
        command.SetAction((arguments, cancellationToken) => Exit.RunAsync(
            async () =>
            {
                using ServerClient server = ServerClient.To(TargetOf(arguments));
                return await ask(new ClientCall(arguments, Terminal.Of(arguments), server), cancellationToken).ConfigureAwait(false);
            },
            arguments.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    /// <exception cref="GemelException">GMX032, GMX033, GMX035.</exception>
    public static ServerTarget TargetOf(ParseResult arguments) => ServerTarget.Find(
        arguments.GetValue(Url), arguments.GetValue(KeyFile), arguments.GetValue(Data), Environment.GetEnvironmentVariable, arguments.GetValue(Ca)).Value;
}

/// <summary>One run of a command that talks to a server.</summary>
internal sealed record ClientCall(ParseResult Arguments, Terminal Terminal, ServerClient Server)
{
    public bool IsJson => Arguments.GetValue(ClientOptions.Json);
}
