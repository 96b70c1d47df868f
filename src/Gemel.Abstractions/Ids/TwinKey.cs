namespace Gemel;

/// <summary>The number of one life of a twin: given at creation, never used again, also not after deletion and re-creation
/// under the same id. Journal, checkpoints and history name twins by it.</summary>
/// <remarks>Bits 40–51 hold the slot (0–4,095) that the twin's id hashes to, bits 0–39 a sequence within the slot that
/// starts at 1. The default value names no twin.</remarks>
public readonly record struct TwinKey(ulong Value)
{
    private const int SequenceBits = 40;

    public static TwinKey Create(int slot, ulong sequence) => new(((ulong)slot << SequenceBits) | sequence);

    public int Slot => (int)(Value >> SequenceBits);

    public ulong Sequence => Value & ((1UL << SequenceBits) - 1);

    public bool IsNone => Value == 0;

    public override string ToString() => $"{Slot}:{Sequence}";
}
