using Gemel.Bench.CommandLine;

return await BenchCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
