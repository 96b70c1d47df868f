using System.Buffers;

namespace Gemel.Mqtt.Outputs;

/// <summary>Where the state messages come from.</summary>
internal interface ITwinStates
{
    /// <summary>Writes the twin's full present state as JSON; false, and nothing written, where there is no such twin.</summary>
    bool TryWrite(string twin, IBufferWriter<byte> output);
}
