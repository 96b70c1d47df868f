using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gemel.Server.Tests.CommandLine;

/// <summary>The built program as a process of its own.</summary>
internal sealed class GemelProcess : IDisposable
{
    private const int Interrupt = 2;

    private readonly Process _process;
    private readonly Task<string> _error;

    private GemelProcess(Process process) => (_process, _error) = (process, process.StandardError.ReadToEndAsync());

    /// <param name="environment">Beside this process's own.</param>
    public static GemelProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "gemel.dll");
        // A shell may have started the tests with interrupts ignored, which children inherit.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet", program] : ["dotnet", program];
        ProcessStartInfo start = new(command[0], [.. command[1..], .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }
        return new GemelProcess(Process.Start(start)!);
    }

    /// <summary>The next line of standard output; null at its end.</summary>
    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

    /// <summary>Sends what Ctrl-C sends.</summary>
    public void SendInterrupt() => Assert.Equal(0, Kill(_process.Id, Interrupt));

    /// <summary>Waits for the end, within the time that a server has to stop.</summary>
    public async Task<(int Code, string Error)> WaitAsync(TimeSpan atMost)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(atMost);
        await _process.WaitForExitAsync(late.Token);
        return (_process.ExitCode, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
