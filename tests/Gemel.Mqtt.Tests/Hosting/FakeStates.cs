using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Gemel.Mqtt.Outputs;

namespace Gemel.Mqtt.Tests.Hosting;

internal sealed class FakeStates : ITwinStates
{
    public ConcurrentDictionary<string, string> Twins { get; } = new();

    public bool TryWrite(string twin, IBufferWriter<byte> output)
    {
        if (!Twins.TryGetValue(twin, out string? state))
        {
            return false;
        }
        output.Write(Encoding.UTF8.GetBytes(state));
        return true;
    }
}
