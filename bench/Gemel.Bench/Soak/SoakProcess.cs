using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gemel.Bench.Soak;

/// <summary>A process whose output goes to a file: it must never wait for a reader.</summary>
internal sealed partial class SoakProcess : IAsyncDisposable
{
    private const int Term = 15;

    private readonly Process _process;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StreamWriter _log;
    private readonly Lock _gate = new();

    private SoakProcess(Process process, string log)
    {
        _process = process;
        _log = new StreamWriter(log, append: true) { AutoFlush = true };
        _process.OutputDataReceived += (_, line) => Keep(line.Data, isOutput: true);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, isOutput: false);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool IsAlive => !_process.HasExited;

    /// <summary>Standard output of the first lines.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="log">Gets both of its outputs, after what is there.</param>
    public static SoakProcess Start(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings, string log)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }
        return new SoakProcess(Process.Start(start) ?? throw new BenchException("A process did not start."), log);
    }

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>SIGTERM; returns when it is gone.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        _ = Signal(_process.Id, Term);
        return await ExitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync().ConfigureAwait(false);
        }
        _process.Dispose();
        lock (_gate)
        {
            _log.Dispose();
        }
    }

    private void Keep(string? line, bool isOutput)
    {
        const int KeptOutput = 1 << 16;
        lock (_gate)
        {
            if (line is null || _log.BaseStream is null)
            {
                return;
            }
            if (isOutput && _output.GetStringBuilder().Length < KeptOutput)
            {
                _output.WriteLine(line);
            }
            _log.WriteLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
