using Gemel.Server.CommandLine;

return await GemelCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
