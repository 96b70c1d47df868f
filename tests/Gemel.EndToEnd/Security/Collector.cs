using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gemel.EndToEnd.Security;

/// <summary>Takes what a server exports by OTLP over HTTP, and keeps the bytes.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = [];
    private readonly TaskCompletionSource _metrics = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _traces = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;

    public Collector()
    {
        using (Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndPoint!).Port}/";
        }
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _running = TakeAsync();
    }

    public string Address { get; }

    public IEnumerable<(string Path, byte[] Body)> Taken => _taken;

    /// <summary>Ends when both metrics and traces have come.</summary>
    public Task HasBoth => Task.WhenAll(_metrics.Task, _traces.Task);

    public void Dispose()
    {
        _listener.Stop();
        _running.GetAwaiter().GetResult();
        _listener.Close();
    }

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using MemoryStream body = new();
                await context.Request.InputStream.CopyToAsync(body);
                string path = context.Request.Url!.AbsolutePath;
                _taken.Enqueue((path, body.ToArray()));
                _ = path.EndsWith("metrics", StringComparison.Ordinal) ? _metrics.TrySetResult() : _traces.TrySetResult();
                context.Response.StatusCode = 200;
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            // Disposed by its owner.
        }
    }
}
