using System.Globalization;
using System.Runtime;

/// <summary>Runs inside a measured server before its own code (DOTNET_STARTUP_HOOKS), so that what is measured is the server as it is
/// installed: a line on its standard input makes a full, compacting collection, and is answered when that is done.</summary>
/// <remarks>.NET asks for this name, outside of any namespace.</remarks>
internal static class StartupHook
{
    public const string Collect = "collect";

    public static void Initialize() => new Thread(Listen) { IsBackground = true, Name = "bench-collect" }.Start();

    private static void Listen()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line == Collect)
            {
                GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                Console.Out.WriteLine(GC.GetTotalMemory(forceFullCollection: false).ToString(CultureInfo.InvariantCulture));
                Console.Out.Flush();
            }
        }
    }
}
