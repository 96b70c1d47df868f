using System.CommandLine;
using System.Text.Json;
using Gemel.Server.Clients;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel device add|list|remove|secret</c>.</summary>
internal static class DeviceCommand
{
    private const string DevicesPath = "api/v1/devices";
    private const string SecretMember = "secret";
    private const string IdMember = "deviceId";

    private static readonly Argument<string[]> NewIds = new("DEVICE") { Description = "Ids of devices; none with --from.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Argument<string[]> Ids = new("DEVICE") { Description = "Ids of devices.", Arity = ArgumentArity.OneOrMore };
    private static readonly Argument<string> Id = new("DEVICE") { Description = "Id of the device." };

    private static readonly Option<string[]> Twins = new("--twin")
    {
        Description = "Twin that the device may report; may be repeated. [default: the twin of the device's own id]",
        HelpName = "TWIN",
    };

    private static readonly Option<string?> Mapping = new("--mapping") { Description = "Name of the mapping that resolves the device's tags. [default: none]", HelpName = "NAME" };
    private static readonly Option<string?> From = new("--from") { Description = "CSV file with the columns device,twin[,mapping], a row for each binding. [default: none]", HelpName = "FILE" };
    private static readonly Option<string?> Secrets = new("--secrets") { Description = "New CSV file for the secrets, device,secret; else they are printed. [default: none]", HelpName = "FILE" };
    private static readonly Option<string?> Prefix = new("--prefix") { Description = "Only devices whose ids begin so. [default: all]", HelpName = "TEXT" };

    public static Command Create() => new("device", "Adds, lists and removes devices.")
    {
        CreateAdd(),
        new Command("list", "Lists devices with their connections.") { Prefix }.WithServer(ListAsync),
        new Command("remove", "Removes devices; their twins stay.") { Ids }.WithServer(RemoveAsync),
        new Command("secret", "Makes a new secret for a device; the former one ends at once.") { Id }.WithServer(RenewAsync),
    };

    private static Command CreateAdd()
    {
        Command add = new Command("add", "Adds devices; one that is there gets the bindings and keeps its secret. A secret is shown only this once.")
        {
            NewIds, Twins, Mapping, From, Secrets,
        }.WithServer(AddAsync);
        add.Validators.Add(result =>
        {
            bool hasIds = result.GetValue(NewIds) is { Length: > 0 };
            bool hasOwn = result.GetValue(Twins) is { Length: > 0 } || result.GetValue(Mapping) is not null;
            if (hasIds == (result.GetValue(From) is not null))
            {
                result.AddError("Name devices, or a file with --from.");
            }
            else if (!hasIds && hasOwn)
            {
                result.AddError("--twin and --mapping do not go with --from: the file's columns say them.");
            }
        });
        return add;
    }

    private static async Task<int> AddAsync(ClientCall call, CancellationToken cancellationToken)
    {
        IReadOnlyList<NewDevice> devices = AskedDevices(call.Arguments);
        using SecretFile? secrets = call.Arguments.GetValue(Secrets) is { } path ? SecretFile.Create(path) : null;
        List<JsonElement> added = [];
        try
        {
            await Progress.RunAsync(call.Terminal.Console, "Adding devices", devices, Add).ConfigureAwait(false);
        }
        finally
        {
            // Also after a failure: a secret that is made and not shown would be lost.
            ShowAdded(call, added, secrets);
        }
        return Exit.Ok;

        async Task Add(NewDevice device)
        {
            JsonElement answer = await call.Server.SendAsync(
                HttpMethod.Put, PathOf(device.Id), new { twins = device.Twins.Count == 0 ? null : device.Twins, mapping = device.Mapping }, cancellationToken).ConfigureAwait(false);
            if (answer.TryGetProperty(SecretMember, out JsonElement secret))
            {
                secrets?.Add(device.Id, secret.GetString()!);
            }
            added.Add(answer);
        }
    }

    private static IReadOnlyList<NewDevice> AskedDevices(ParseResult arguments) => arguments.GetValue(From) is { } file
        ? DeviceFile.Read(file).Value
        : [.. arguments.GetValue(NewIds)!.Select(id => new NewDevice(id, arguments.GetValue(Twins) ?? [], arguments.GetValue(Mapping)))];

    private static void ShowAdded(ClientCall call, IReadOnlyList<JsonElement> devices, SecretFile? secrets)
    {
        if (call.IsJson)
        {
            foreach (JsonElement device in devices)
            {
                call.Terminal.WriteJson(device);
            }
            return;
        }
        if (secrets is null && devices.Count > 0)
        {
            Table table = Terminal.Table("Device", "Twins", "Mapping", "Secret");
            foreach (JsonElement device in devices)
            {
                bool isNew = device.TryGetProperty(SecretMember, out JsonElement secret);
                table.AddRow(CellText.Of(device, IdMember), CellText.List(device, "twins"), CellText.Of(device, "mapping"), isNew ? CellText.Of(secret) : "as it was");
            }
            call.Terminal.Console.Write(table);
        }
        int made = devices.Count(device => device.TryGetProperty(SecretMember, out _));
        string where = secrets is null ? "Note the secrets: they are not shown again." : $"The secrets are in {secrets.Path}.";
        call.Terminal.WriteLine($"{made} added, {devices.Count - made} changed.{(made > 0 ? $" {where}" : "")}");
    }

    private static async Task<int> ListAsync(ClientCall call, CancellationToken cancellationToken)
    {
        string query = call.Arguments.GetValue(Prefix) is { } prefix ? $"?prefix={Uri.EscapeDataString(prefix)}" : "";
        List<JsonElement> devices = await call.Server.ListAsync(DevicesPath + query, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (call.IsJson)
        {
            devices.ForEach(call.Terminal.WriteJson);
            return Exit.Ok;
        }
        Table table = Terminal.Table("Device", "Twins", "Mapping", "Connection", "Last seen", "Messages/s");
        foreach (JsonElement device in devices)
        {
            string connection = CellText.Of(device, "connected") == "true" ? $"since {CellText.Time(device, "since")}" : CellText.Of(device, "lastEnd");
            table.AddRow(
                CellText.Of(device, IdMember), CellText.List(device, "twins"), CellText.Of(device, "mapping"), connection,
                CellText.Time(device, "lastSeen"), CellText.Number(device, "messagesPerSecond", "0.###"));
        }
        call.Terminal.Console.Write(table);
        call.Terminal.WriteLine(devices.Count == 1 ? "1 device" : $"{devices.Count} devices");
        return Exit.Ok;
    }

    private static async Task<int> RemoveAsync(ClientCall call, CancellationToken cancellationToken)
    {
        foreach (string id in call.Arguments.GetRequiredValue(Ids))
        {
            await call.Server.SendAsync(HttpMethod.Delete, PathOf(id), body: null, cancellationToken).ConfigureAwait(false);
            if (!call.IsJson)
            {
                call.Terminal.WriteLine($"{id} is removed.");
            }
        }
        return Exit.Ok;
    }

    private static async Task<int> RenewAsync(ClientCall call, CancellationToken cancellationToken)
    {
        string id = call.Arguments.GetRequiredValue(Id);
        JsonElement renewed = await call.Server.SendAsync(HttpMethod.Post, $"{PathOf(id)}/secret", body: null, cancellationToken).ConfigureAwait(false);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(renewed);
        }
        else
        {
            call.Terminal.WriteLine(renewed.GetProperty(SecretMember).GetString()!);
        }
        return Exit.Ok;
    }

    private static string PathOf(string id) => $"{DevicesPath}/{Uri.EscapeDataString(id)}";
}
