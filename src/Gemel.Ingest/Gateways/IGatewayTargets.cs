using Gemel.Graph;

namespace Gemel.Ingest;

/// <summary>What a gateway decoder needs to know of the outside: who may publish for which twin, which twins there are, where their values go.</summary>
public interface IGatewayTargets
{
    /// <summary>Another object whenever an answer of <see cref="MayPublish"/> may have changed.</summary>
    object Bindings { get; }

    /// <summary>Whether the sender may publish for the twin, existing or not.</summary>
    bool MayPublish(ReadOnlySpan<char> twin);

    /// <summary>The twin of that id as it is now; null where there is none.</summary>
    /// <param name="shard">Number of the shard that owns the id, from 0.</param>
    Twin? Find(ReadOnlySpan<char> id, out int shard);

    /// <summary>The batch that the shard's values go into now; the same until the message is decoded.</summary>
    SampleBatchWriter BatchOf(int shard);
}
