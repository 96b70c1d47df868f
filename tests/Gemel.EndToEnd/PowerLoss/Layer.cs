using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Text;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>What an armed fault does.</summary>
internal enum FaultMode
{
    Once,
    ForEver,

    /// <summary>SIGKILL, before the call is made.</summary>
    Kill,
}

/// <summary>The preloaded library around one server: its folder, its trace, and the faults armed in it.</summary>
internal sealed class Layer : IDisposable
{
    public const int InputOutputError = 5;
    public const int NoSpace = 28;

    // struct control in powerloss.c.
    private const int ControlBytes = 256;
    private const int ErrorAt = 8;
    private const int ModeAt = 12;
    private const int FiredAt = 16;
    private const int PartAt = 24;
    private const int PartBytes = 104;
    private const int CallsAt = 128;

    private static readonly Lazy<(string? Library, string? Problem)> Built = new(Build);

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryMappedFile _controlFile;
    private readonly MemoryMappedViewAccessor _control;

    public Layer()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllBytes(_folder.Combine("control"), new byte[ControlBytes]);
        _controlFile = MemoryMappedFile.CreateFromFile(_folder.Combine("control"), FileMode.Open, mapName: null, ControlBytes);
        _control = _controlFile.CreateViewAccessor();
    }

    /// <summary>Why it cannot be used here; null where it can.</summary>
    public static string? Unavailable => Built.Value.Problem;

    /// <summary>The watched folder.</summary>
    public string Root => _folder.Combine("disk");

    public string Data => Path.Combine(Root, "data");

    public string TraceFile => _folder.Combine("trace");

    /// <summary>For the server's environment.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("LD_PRELOAD", Built.Value.Library!), ("POWERLOSS_ROOT", Root), ("POWERLOSS_TRACE", TraceFile), ("POWERLOSS_CONTROL", _folder.Combine("control")),
    ];

    /// <summary>How often an armed fault has happened.</summary>
    public int Fired => _control.ReadInt32(FiredAt);

    public IReadOnlyList<TraceEntry> ReadTrace() => Trace.Read(TraceFile);

    /// <summary>Calls of a kind so far, failed ones included.</summary>
    public long Calls(TraceKind kind) => _control.ReadInt64(CallsAt + (8 * (int)kind));

    /// <summary>Lets the <paramref name="nth"/> call from now on of any of <paramref name="kinds"/> fail.</summary>
    /// <param name="part">Only calls on paths that contain this; empty: all.</param>
    public void Arm(FaultMode mode, int error, int nth, string part, params TraceKind[] kinds)
    {
        Disarm();
        byte[] text = new byte[PartBytes];
        Encoding.UTF8.GetBytes(part, text);
        _control.WriteArray(PartAt, text, 0, text.Length);
        _control.Write(4, nth);
        _control.Write(ErrorAt, error);
        _control.Write(ModeAt, (int)mode);
        _control.Write(FiredAt, 0);
        // Last: from here on it counts.
        _control.Write(0, kinds.Aggregate(0, (mask, kind) => mask | (1 << (int)kind)));
    }

    /// <summary>The disk is well again.</summary>
    public void Disarm() => _control.Write(0, 0);

    public void Dispose()
    {
        _control.Dispose();
        _controlFile.Dispose();
        _folder.Dispose();
    }

    private static (string? Library, string? Problem) Build()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (null, "The layer under file calls is for Linux.");
        }
        string source = Path.Combine(Places.Root, "tests", "Gemel.EndToEnd", "PowerLoss", "powerloss.c");
        string library = Path.Combine(AppContext.BaseDirectory, "powerloss.so");
        ProcessStartInfo start = new("gcc", ["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source, "-ldl", "-pthread"]) { RedirectStandardError = true };
        try
        {
            using Process compiler = Process.Start(start)!;
            string errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? (library, null) : throw new InvalidOperationException($"gcc cannot build {source}: {errors}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, "gcc is not installed.");
        }
    }
}
