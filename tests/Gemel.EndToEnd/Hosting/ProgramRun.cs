using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace Gemel.EndToEnd.Hosting;

/// <summary>One run of a program as a process, with its output kept.</summary>
/// <remarks>Ends with the process of this very id, whatever the test does. Threading: safe.</remarks>
internal sealed class ProgramRun : IAsyncDisposable
{
    private const int Terminate = 15;

    private static readonly TimeSpan LinePatience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private ProgramRun(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output, _lines.Writer), ReadAsync(process.StandardError, _errors, lines: null));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What was written to standard output so far.</summary>
    public string Output => Read(_output);

    /// <summary>What was written to standard error so far.</summary>
    public string Errors => Read(_errors);

    /// <param name="environment">Set for the process beside this one's own.</param>
    public static ProgramRun Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
        return new ProgramRun(process);
    }

    /// <summary>The next line of standard output, one reader at a time.</summary>
    /// <exception cref="InvalidOperationException">The program ended without one.</exception>
    /// <exception cref="TimeoutException">None came for a minute.</exception>
    public async Task<string> NextLineAsync()
    {
        try
        {
            return await _lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(LinePatience, TimeProvider.System);
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"The program ended with {await ExitCodeAsync(TestContext.Current.CancellationToken)}: {Output} {Errors}");
        }
    }

    /// <summary>Ends with the process and all of its output.</summary>
    public async Task<int> ExitCodeAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Writes to standard input.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        await _process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
        _process.StandardInput.Close();
    }

    /// <summary>Asks it to stop (SIGTERM).</summary>
    public void RequestStop()
    {
        if (SendSignal(Id, Terminate) != 0)
        {
            throw new InvalidOperationException($"SIGTERM to process {Id} failed with {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Ends it at once (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader source, StringBuilder kept, ChannelWriter<string>? lines)
    {
        while (await source.ReadLineAsync() is { } line)
        {
            lock (kept)
            {
                kept.AppendLine(line);
            }
            lines?.TryWrite(line);
        }
        lines?.Complete();
    }

    private static string Read(StringBuilder kept)
    {
        lock (kept)
        {
            return kept.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);
}
