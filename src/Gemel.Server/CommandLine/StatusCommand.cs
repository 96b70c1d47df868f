using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create() => new Command("status", "Shows how far a server is: its state, last commit, followers and counts.").WithServer(RunAsync);

    private static async Task<int> RunAsync(ClientCall call, CancellationToken cancellationToken)
    {
        JsonElement status = await call.Server.GetAsync("api/v1/status", cancellationToken).ConfigureAwait(false);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(status);
            return Exit.Ok;
        }
        Table table = Terminal.Table("What", "Value").HideHeaders();
        table.AddRow("state", CellText.Of(status, "phase") + (status.TryGetProperty("reason", out JsonElement reason) ? $" ({CellText.Of(reason)})" : ""));
        if (status.TryGetProperty("ingestRefused", out JsonElement refused))
        {
            table.AddRow("device data", CellText.Of(refused));
        }
        table.AddRow("time", CellText.Time(status, "time"));
        table.AddRow("last commit", CellText.Number(status, "durableCommit", "N0"));
        foreach (JsonProperty count in status.GetProperty("counts").EnumerateObject())
        {
            table.AddRow(Markup.Escape(count.Name), CellText.Number(status.GetProperty("counts"), count.Name, "N0"));
        }
        foreach (JsonElement follower in status.GetProperty("followers").EnumerateArray())
        {
            string failure = follower.TryGetProperty("failure", out JsonElement why) ? $"; failing: {CellText.Of(why)}" : "";
            table.AddRow(CellText.Of(follower, "name"), $"at commit {CellText.Number(follower, "position", "N0")}, {CellText.Number(follower, "lagCommits", "N0")} behind{failure}");
        }
        if (status.TryGetProperty("certificates", out JsonElement certificates))
        {
            foreach (JsonElement certificate in certificates.EnumerateArray())
            {
                string failure = certificate.TryGetProperty("failure", out JsonElement why) ? $"; failing: {CellText.Of(why)}" : "";
                table.AddRow($"TLS {CellText.Of(certificate, "name")}", $"{CellText.Number(certificate, "daysLeft", "N0")} days left{failure}");
            }
        }
        call.Terminal.Console.Write(table);
        return Exit.Ok;
    }
}
