using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Gemel.Bench.Processes;

/// <summary>A process that the benchmark started; ended with it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptErrorLines = 20;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();

    private ChildProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts an assembly of .NET with the runtime's own host.</summary>
    /// <param name="settings">Environment variables beside the present ones.</param>
    public static ChildProcess StartAssembly(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings) =>
        Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [assembly, .. arguments], settings);

    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start."));
    }

    /// <exception cref="InvalidOperationException">The process ended without another line; the message has the end of its standard error.</exception>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        return await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} ended early:\n{string.Join('\n', _errors)}");
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Memory of its own that no file backs, swapped out or not: what the process costs the machine.</summary>
    public long PrivateBytes()
    {
        string folder = $"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}";
        return (Number(folder, "status", "RssAnon") + Number(folder, "status", "VmSwap")) * 1024;
    }

    /// <summary>What the process has used since its start, from /proc (Linux, proc(5)).</summary>
    public ProcessUsage Usage()
    {
        _process.Refresh();
        string folder = $"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}";
        return new ProcessUsage(_process.TotalProcessorTime, Number(folder, "io", "write_bytes"), Number(folder, "status", "VmRSS") * 1024, Number(folder, "status", "VmHWM") * 1024);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static long Number(string folder, string file, string name)
    {
        string line = File.ReadLines(Path.Combine(folder, file)).First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture);
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }
        _errors.Enqueue(line);
        while (_errors.Count > KeptErrorLines)
        {
            _errors.TryDequeue(out _);
        }
    }
}
