namespace Gemel.Graph;

/// <summary>One journaled change of a relationship.</summary>
public readonly ref struct RelationshipChange
{
    internal RelationshipChange(ReadOnlySpan<byte> message, Timestamp groupTime)
    {
        var cursor = new WireCursor(message);
        ServerTime = groupTime;
        while (cursor.Next())
        {
            switch (cursor.Tag)
            {
                case 1 << 3: Action = (RelationshipAction)cursor.Varint(); break;
                case 2 << 3 | 1: SourceKey = new TwinKey((ulong)cursor.Fixed64()); break;
                case 3 << 3 | 1: TargetKey = new TwinKey((ulong)cursor.Fixed64()); break;
                case 4 << 3 | 2: RelationshipIdUtf8 = cursor.Bytes(); break;
                case 5 << 3 | 2: SourceIdUtf8 = cursor.Bytes(); break;
                case 6 << 3 | 2: TargetIdUtf8 = cursor.Bytes(); break;
                case 7 << 3 | 2: NameUtf8 = cursor.Bytes(); break;
                case 8 << 3 | 2: Properties = cursor.Bytes(); break;
                case 9 << 3: Version = (uint)cursor.Varint(); break;
                case 10 << 3: ServerTime = new Timestamp(groupTime.Ticks + (long)cursor.Varint()); break;
                default: cursor.Skip(); break;
            }
        }
    }

    public RelationshipAction Action { get; }

    public TwinKey SourceKey { get; }

    public TwinKey TargetKey { get; }

    public ReadOnlySpan<byte> RelationshipIdUtf8 { get; }

    public ReadOnlySpan<byte> SourceIdUtf8 { get; }

    public ReadOnlySpan<byte> TargetIdUtf8 { get; }

    public ReadOnlySpan<byte> NameUtf8 { get; }

    /// <summary>The JSON object after the change, or before a removal; empty where it has no properties.</summary>
    public ReadOnlySpan<byte> Properties { get; }

    public uint Version { get; }

    public Timestamp ServerTime { get; }
}
