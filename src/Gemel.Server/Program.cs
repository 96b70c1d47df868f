using Gemel.Server.CommandLine;

return await GemelCommand.RunAsync(args, Console.Out, Console.Error, CancellationToken.None).ConfigureAwait(false);
