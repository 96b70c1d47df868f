using System.CommandLine;
using System.Text.Json;
using Gemel.Modeling;
using Gemel.Server.Clients;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel models add|check|list</c>.</summary>
internal static class ModelsCommand
{
    private const string ApiVersion = "api-version=2023-10-31";
    private const string ModelsPath = $"models?{ApiVersion}";

    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "DTDL files, and folders whose *.json files are taken, also from folders below.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create() => new("models", "Checks models, adds them to a server, lists them.")
    {
        new Command("add", "Adds models to a server, all or none.") { Paths }.WithServer(AddAsync),
        CreateCheck(),
        new Command("list", "Lists a server's models.").WithServer(ListAsync),
    };

    private static Command CreateCheck()
    {
        Command check = new("check", "Checks models that need no others, without a server.") { Paths, ClientOptions.Json };
        check.SetAction((arguments, cancellationToken) => Exit.RunAsync(
            () => Task.FromResult(Check(arguments, Terminal.Of(arguments))), arguments.InvocationConfiguration.Error, cancellationToken));
        return check;
    }

    private static int Check(ParseResult arguments, Terminal terminal)
    {
        IReadOnlyList<ModelDocument> documents = ModelFiles.Read(arguments.GetRequiredValue(Paths)).Value;
        ModelSetChange change = ModelSet.Empty.Add(documents, Timestamp.From(TimeProvider.System.GetUtcNow())).Value;
        if (arguments.GetValue(ClientOptions.Json))
        {
            foreach (ModelEntry model in change.Added)
            {
                terminal.WriteJson(JsonSerializer.SerializeToElement(new { id = model.Id.Value, displayName = model.DisplayName }));
            }
        }
        else
        {
            terminal.WriteLine($"{Count(change.Added.Length, "model")} in {Count(documents.Count, "file")}: no errors.");
        }
        return Exit.Ok;
    }

    private static async Task<int> AddAsync(ClientCall call, CancellationToken cancellationToken)
    {
        IReadOnlyList<ModelDocument> documents = ModelFiles.Read(call.Arguments.GetRequiredValue(Paths)).Value;
        ModelUploadBody upload = ModelFiles.Join(documents).Value;
        JsonElement added;
        try
        {
            added = await call.Server.SendAsync(HttpMethod.Post, ModelsPath, upload.Json, cancellationToken).ConfigureAwait(false);
        }
        catch (GemelException refused)
        {
            throw new GemelException([.. refused.Errors.Select(upload.InFile)], refused);
        }
        Show(call, [.. added.EnumerateArray()]);
        return Exit.Ok;
    }

    private static async Task<int> ListAsync(ClientCall call, CancellationToken cancellationToken)
    {
        Show(call, await call.Server.ListAsync(ModelsPath, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false));
        return Exit.Ok;
    }

    private static void Show(ClientCall call, IReadOnlyList<JsonElement> models)
    {
        if (call.IsJson)
        {
            foreach (JsonElement model in models)
            {
                call.Terminal.WriteJson(model);
            }
            return;
        }
        Table table = Terminal.Table("Model", "Name", "Added", "State");
        foreach (JsonElement model in models)
        {
            table.AddRow(
                CellText.Of(model, "id"), CellText.Localised(model, "displayName"), CellText.Time(model, "uploadTime"),
                CellText.Of(model, "decommissioned") == "true" ? "decommissioned" : "");
        }
        call.Terminal.Console.Write(table);
        call.Terminal.WriteLine(Count(models.Count, "model"));
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
