using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Xml;
using Gemel.Server.Serving;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel key add|list|rotate|remove</c>.</summary>
internal static class KeyCommand
{
    private const string KeysPath = "api/v1/keys";
    private const string KeyMember = "key";

    private static readonly Argument<string> Name = new("NAME") { Description = "Name of the key." };
    private static readonly Argument<string[]> Names = new("NAME") { Description = "Names of keys.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string> Role = new Option<string>("--role") { Description = "What the key may.", Required = true }
        .AcceptOnlyFromAmong("reader", "writer", "administrator", "scraper");

    private static readonly Option<string?> Expires = new("--expires") { Description = "When it ends: a time (2027-01-31T00:00:00Z), or a duration from now (90d). [default: never]", HelpName = "TIME" };
    private static readonly Option<string?> Overlap = new("--overlap") { Description = "How long the former key still opens (1h, at most 30d). [default: not at all]", HelpName = "TIME" };
    private static readonly Option<string?> Out = new("--out") { Description = "New file for the key, mode 0600; else it is printed. [default: none]", HelpName = "FILE" };

    public static Command Create() => new("key", "Makes, lists, rotates and removes named keys.")
    {
        new Command("add", "Makes a key. It is shown only this once.") { Name, Role, Expires, Out }.WithServer(AddAsync),
        new Command("list", "Lists keys with role, end and last use.").WithServer(ListAsync),
        new Command("rotate", "Makes a new key of the same name and role. It is shown only this once.") { Name, Overlap, Out }.WithServer(RotateAsync),
        new Command("remove", "Removes keys; what was opened with them is closed.") { Names }.WithServer(RemoveAsync),
    };

    private static Task<int> AddAsync(ClientCall call, CancellationToken cancellationToken)
    {
        var body = new { name = call.Arguments.GetRequiredValue(Name), role = call.Arguments.GetRequiredValue(Role), expires = ExpiryOf(call) };
        return IssueAsync(call, KeysPath, body, cancellationToken);
    }

    private static Task<int> RotateAsync(ClientCall call, CancellationToken cancellationToken)
    {
        string? text = call.Arguments.GetValue(Overlap);
        TimeSpan overlap = TimeSpan.Zero;
        if (text is not null && !Durations.TryParse(text, out overlap))
        {
            throw new GemelException(ServerErrors.InvalidSetting.With("--overlap", text, "a duration such as '1h' or '7d'"));
        }
        return IssueAsync(call, $"{PathOf(call.Arguments.GetRequiredValue(Name))}/rotate", new { overlap = XmlConvert.ToString(overlap) }, cancellationToken);
    }

    private static async Task<int> IssueAsync(ClientCall call, string path, object body, CancellationToken cancellationToken)
    {
        // The file before the key: a key that cannot be put anywhere is better not made.
        using FileStream? file = call.Arguments.GetValue(Out) is { } name ? SecretFile.CreateEmpty(name) : null;
        JsonElement issued;
        try
        {
            issued = await call.Server.SendAsync(HttpMethod.Post, path, body, cancellationToken).ConfigureAwait(false);
        }
        catch when (file is not null)
        {
            File.Delete(file.Name);
            throw;
        }
        string key = issued.GetProperty(KeyMember).GetString()!;
        if (file is not null)
        {
            file.Write(Encoding.ASCII.GetBytes(key + "\n"));
            file.Flush(flushToDisk: true);
            call.Terminal.WriteLine($"The key is in {call.Arguments.GetValue(Out)}.");
        }
        else if (call.IsJson)
        {
            call.Terminal.WriteJson(issued);
        }
        else
        {
            call.Terminal.WriteLine(key);
        }
        return Exit.Ok;
    }

    private static async Task<int> ListAsync(ClientCall call, CancellationToken cancellationToken)
    {
        List<JsonElement> keys = await call.Server.ListAsync(KeysPath, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (call.IsJson)
        {
            keys.ForEach(call.Terminal.WriteJson);
            return Exit.Ok;
        }
        Table table = Terminal.Table("Key", "Role", "Created", "By", "Ends", "Last use");
        foreach (JsonElement key in keys)
        {
            table.AddRow(
                CellText.Of(key, "name"), CellText.Of(key, "role"), CellText.Time(key, "created"), CellText.Of(key, "createdBy"),
                CellText.Time(key, "expires"), CellText.Time(key, "lastUse"));
        }
        call.Terminal.Console.Write(table);
        call.Terminal.WriteLine(keys.Count == 1 ? "1 key" : $"{keys.Count} keys");
        return Exit.Ok;
    }

    private static async Task<int> RemoveAsync(ClientCall call, CancellationToken cancellationToken)
    {
        foreach (string name in call.Arguments.GetRequiredValue(Names))
        {
            await call.Server.SendAsync(HttpMethod.Delete, PathOf(name), body: null, cancellationToken).ConfigureAwait(false);
            if (!call.IsJson)
            {
                call.Terminal.WriteLine($"{name} is removed.");
            }
        }
        return Exit.Ok;
    }

    private static string? ExpiryOf(ClientCall call)
    {
        if (call.Arguments.GetValue(Expires) is not { } text)
        {
            return null;
        }
        if (Durations.TryParse(text, out TimeSpan span))
        {
            return Timestamp.From(TimeProvider.System.GetUtcNow() + span).ToString();
        }
        return Timestamp.TryParse(text, out Timestamp time)
            ? time.ToString()
            : throw new GemelException(ServerErrors.InvalidSetting.With("--expires", text, "a time such as '2027-01-31T00:00:00Z', or a duration such as '90d'"));
    }

    private static string PathOf(string name) => $"{KeysPath}/{Uri.EscapeDataString(name)}";
}
