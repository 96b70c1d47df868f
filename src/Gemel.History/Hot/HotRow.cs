namespace Gemel.History;

/// <summary>One sample in the hot table: 40 bytes, mostly one line of the cache.</summary>
internal struct HotRow
{
    public long Time;
    public long Server;
    public long Commit;
    /// <summary>The value's bits; for text, JSON and enum values the position in the table's <see cref="TextArena"/>.</summary>
    public long Bits;
    public int Series;
    public byte Kind;
    public byte Quality;
    public byte Flags;
}
