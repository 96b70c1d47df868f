namespace Gemel.Graph;

/// <summary>Telemetry as it was sent.</summary>
public readonly ref struct TelemetryEvent
{
    internal TelemetryEvent(ReadOnlySpan<byte> message, Timestamp groupTime)
    {
        var cursor = new WireCursor(message);
        ServerTime = groupTime;
        while (cursor.Next())
        {
            switch (cursor.Tag)
            {
                case 1 << 3 | 1: Key = new TwinKey((ulong)cursor.Fixed64()); break;
                case 2 << 3 | 2: ComponentUtf8 = cursor.Bytes(); break;
                case 3 << 3 | 2: MessageIdUtf8 = cursor.Bytes(); break;
                case 4 << 3 | 1: Source = new Timestamp(cursor.Fixed64()); break;
                case 5 << 3 | 2: Payload = cursor.Bytes(); break;
                case 6 << 3 | 2: ContentTypeUtf8 = cursor.Bytes(); break;
                case 7 << 3: ServerTime = new Timestamp(groupTime.Ticks + (long)cursor.Varint()); break;
                default: cursor.Skip(); break;
            }
        }
    }

    public TwinKey Key { get; }

    /// <summary>Empty for the twin's own.</summary>
    public ReadOnlySpan<byte> ComponentUtf8 { get; }

    public ReadOnlySpan<byte> MessageIdUtf8 { get; }

    public Timestamp Source { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public ReadOnlySpan<byte> ContentTypeUtf8 { get; }

    public Timestamp ServerTime { get; }
}
