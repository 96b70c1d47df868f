using System.Buffers;
using Gemel.Cluster;
using Gemel.Graph;

namespace Gemel.Mqtt.Outputs;

/// <summary>The instance's twins at the newest durable commit.</summary>
internal sealed class TwinStates(IInstance instance) : ITwinStates
{
    [ThreadStatic]
    private static TwinView? _view;

    public bool TryWrite(string twin, IBufferWriter<byte> output)
    {
        TwinView view = _view ??= new TwinView();
        if (!TwinId.TryCreate(twin, out TwinId id) || !instance.Twins.TryRead(id, view))
        {
            return false;
        }
        StateJson.Write(view, output);
        return true;
    }
}
