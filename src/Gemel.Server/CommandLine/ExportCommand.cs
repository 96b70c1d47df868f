using System.CommandLine;
using Gemel.Server.Clients;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel export</c>: the graph at one commit, as a file that <c>gemel import</c> takes.</summary>
internal static class ExportCommand
{
    private const string StandardOutput = "-";
    private const string Unfinished = ".part";

    private static readonly Argument<string> File = new("FILE") { Description = $"File to be made; it appears when it is whole. '{StandardOutput}' writes to standard output." };

    private static readonly Option<string> Sections = new("--sections")
    {
        Description = "Which, divided by commas.",
        HelpName = "LIST",
        DefaultValueFactory = _ => "models,twins,relationships",
    };

    public static Command Create() => new Command("export", "Exports models, twins and relationships as of one commit.") { File, Sections }.WithServer(RunAsync);

    private static async Task<int> RunAsync(ClientCall call, CancellationToken cancellationToken)
    {
        string path = $"api/v1/export?sections={Uri.EscapeDataString(call.Arguments.GetValue(Sections)!)}";
        string file = call.Arguments.GetRequiredValue(File);
        if (file == StandardOutput)
        {
            Stream output = Console.OpenStandardOutput();
            await using (output.ConfigureAwait(false))
            {
                await call.Server.DownloadAsync(path, output, cancellationToken).ConfigureAwait(false);
            }
            return Exit.Ok;
        }
        long bytes = await ToFileAsync(call, path, file, cancellationToken).ConfigureAwait(false);
        call.Terminal.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}: {bytes} bytes"));
        return Exit.Ok;
    }

    private static async Task<long> ToFileAsync(ClientCall call, string path, string file, CancellationToken cancellationToken)
    {
        string part = file + Unfinished;
        try
        {
            long bytes;
            FileStream output = new(part, FileMode.Create, FileAccess.Write);
            await using (output.ConfigureAwait(false))
            {
                Task download = call.Server.DownloadAsync(path, output, cancellationToken);
                await Progress.WatchAsync(call.Terminal.Console, "Exporting", total: 0, download, () => output.Position).ConfigureAwait(false);
                await download.ConfigureAwait(false);
                output.Flush(flushToDisk: true);
                bytes = output.Length;
            }
            System.IO.File.Move(part, file, overwrite: true);
            return bytes;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(ServerErrors.FileUnwritable.With(file, refused.Message), refused);
        }
        finally
        {
            System.IO.File.Delete(part);
        }
    }
}
