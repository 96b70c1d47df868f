using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gemel.Server.Clients;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel query</c>.</summary>
internal static class QueryCommand
{
    private const string QueryPath = "query?api-version=2023-10-31";
    private const string QueryMember = "query";
    private const string TokenMember = "continuationToken";

    private static readonly Argument<string> Text = new("QUERY") { Description = "For example \"SELECT * FROM DIGITALTWINS T WHERE T.level > 2\"." };

    public static Command Create() => new Command("query", "Queries the twins, all pages of the answer at one commit.") { Text }.WithServer(RunAsync);

    private static async Task<int> RunAsync(ClientCall call, CancellationToken cancellationToken)
    {
        int rows = 0;
        await foreach (IReadOnlyList<JsonElement> page in PagesAsync(call.Server, call.Arguments.GetRequiredValue(Text), cancellationToken).ConfigureAwait(false))
        {
            Show(call, page);
            rows += page.Count;
        }
        if (!call.IsJson)
        {
            call.Terminal.WriteLine(rows == 1 ? "1 row" : $"{rows} rows");
        }
        return Exit.Ok;
    }

    private static async IAsyncEnumerable<IReadOnlyList<JsonElement>> PagesAsync(
        ServerClient server, string text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<string, string>? body = new() { [QueryMember] = text };
        while (body is not null)
        {
            JsonElement page = await server.SendAsync(HttpMethod.Post, QueryPath, body, cancellationToken).ConfigureAwait(false);
            yield return [.. page.GetProperty("value").EnumerateArray()];
            body = page.TryGetProperty(TokenMember, out JsonElement token) && token.GetString() is { Length: > 0 } next ? new() { [TokenMember] = next } : null;
        }
    }

    private static void Show(ClientCall call, IReadOnlyList<JsonElement> page)
    {
        if (call.IsJson)
        {
            foreach (JsonElement row in page)
            {
                call.Terminal.WriteJson(row);
            }
        }
        else if (page.Count > 0)
        {
            call.Terminal.Console.Write(RowTable.Draw(page));
        }
    }
}
