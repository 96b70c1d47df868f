using System.Buffers.Binary;

namespace Gemel.Graph;

public enum ChangeKind
{
    Twin = 1,
    Relationship = 2,
    Telemetry = 3,
}

/// <summary>Walks the payload of a commit without allocating: groups, in them changes, in them cells.</summary>
/// <remarks>Spans that it hands out point into the payload. Unknown fields are skipped.</remarks>
/// <exception cref="InvalidDataException">The payload is not a <c>gemel.v1.Commit</c>.</exception>
public ref struct ChangeReader
{
    private WireCursor _commit;
    private WireCursor _group;
    private ReadOnlySpan<byte> _change;

    /// <param name="payload">A whole message <c>gemel.v1.Commit</c>.</param>
    public ChangeReader(ReadOnlySpan<byte> payload) => _commit = new WireCursor(payload);

    public ReadOnlySpan<byte> ActorUtf8 { get; private set; }

    public ReadOnlySpan<byte> OriginUtf8 { get; private set; }

    /// <summary>Server time of the group's beginning; each change adds its offset.</summary>
    public Timestamp GroupTime { get; private set; }

    /// <summary>A change of the catalog; empty where the group has none.</summary>
    public ReadOnlySpan<byte> Catalog { get; private set; }

    public ChangeKind Kind { get; private set; }

    /// <summary>The present change; only while <see cref="Kind"/> is <see cref="ChangeKind.Twin"/>.</summary>
    public readonly TwinChange Twin => new(_change, GroupTime);

    /// <summary>The present change; only while <see cref="Kind"/> is <see cref="ChangeKind.Relationship"/>.</summary>
    public readonly RelationshipChange Relationship => new(_change, GroupTime);

    /// <summary>The present change; only while <see cref="Kind"/> is <see cref="ChangeKind.Telemetry"/>.</summary>
    public readonly TelemetryEvent Telemetry => new(_change, GroupTime);

    /// <summary>The twin of the present change; not while <see cref="Kind"/> is <see cref="ChangeKind.Relationship"/>.</summary>
    /// <remarks>Cheap: the encoder writes it first, and nothing else is read then.</remarks>
    public readonly TwinKey Key =>
        _change.Length > sizeof(long) && _change[0] == WireTag.Fixed64(1) ? new TwinKey(BinaryPrimitives.ReadUInt64LittleEndian(_change[1..]))
        : Kind == ChangeKind.Twin ? Twin.Key : Telemetry.Key;

    public bool NextGroup()
    {
        while (_commit.Next())
        {
            if (_commit.Tag == WireTag.Bytes(1))
            {
                OpenGroup(_commit.Bytes());
                return true;
            }
            _commit.Skip();
        }
        return false;
    }

    /// <summary>Moves to the next change of the group.</summary>
    public bool NextChange()
    {
        while (_group.Next())
        {
            if (_group.Tag == WireTag.Bytes(4) && OpenChange(_group.Bytes()))
            {
                return true;
            }
            if (_group.Tag != WireTag.Bytes(4))
            {
                _group.Skip();
            }
        }
        return false;
    }

    private void OpenGroup(ReadOnlySpan<byte> body)
    {
        ActorUtf8 = OriginUtf8 = Catalog = default;
        GroupTime = default;
        _group = new WireCursor(body);
        while (_group.PeekTag() is not 0 and not (4 << 3 | 2))
        {
            _group.Next();
            switch (_group.Tag)
            {
                case 1 << 3 | 2: ActorUtf8 = _group.Bytes(); break;
                case 2 << 3 | 2: OriginUtf8 = _group.Bytes(); break;
                case 3 << 3 | 1: GroupTime = new Timestamp(_group.Fixed64()); break;
                case 5 << 3 | 2: Catalog = _group.Bytes(); break;
                default: _group.Skip(); break;
            }
        }
    }

    private bool OpenChange(ReadOnlySpan<byte> body)
    {
        var cursor = new WireCursor(body);
        while (cursor.Next())
        {
            if (cursor.Tag is (1 << 3 | 2) or (2 << 3 | 2) or (3 << 3 | 2))
            {
                Kind = (ChangeKind)(cursor.Tag >> 3);
                _change = cursor.Bytes();
                return true;
            }
            cursor.Skip();
        }
        return false;
    }
}
