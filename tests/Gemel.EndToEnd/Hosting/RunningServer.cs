using Gemel.EndToEnd.Clients;

namespace Gemel.EndToEnd.Hosting;

/// <summary>One server for the tests of a class; each of them works with ids of its own.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    internal ServerProcess Process { get; private set; } = null!;

    internal GemelClient Admin => Process.Admin;

    public async ValueTask InitializeAsync()
    {
        Process = await ServerProcess.StartAsync();
        await Process.Admin.AddModelsAsync(TestModels.All);
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is { } process)
        {
            await process.DisposeAsync();
        }
    }
}
