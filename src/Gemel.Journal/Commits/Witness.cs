using System.Buffers.Binary;
using System.IO.Hashing;

namespace Gemel.Journal;

/// <summary>What the witness says: the journal begins at <paramref name="First"/>, and <paramref name="Commit"/> with
/// <paramref name="Hash"/> was acknowledged last.</summary>
/// <param name="Commit">One below <paramref name="First"/> while the journal holds no record.</param>
internal readonly record struct WitnessedState(long First, long Commit, RecordHash Hash);

/// <summary>Remembers, apart from the journal files, the number and hash of the last acknowledged commit.</summary>
/// <remarks>
/// A checksum cannot tell a record torn by power loss, which was never acknowledged and may go, from rot in the last acknowledged
/// record, which must not go ("Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018). The witness can: what it names was
/// acknowledged. It is two slots, 4 KiB apart so that no sector holds both, written in turns after the record is durable and before
/// the commit is acknowledged. A crash tears at most the slot being written, whose commit was not acknowledged; the other one
/// stands. Both damaged is never a crash. Costs and alternatives: decision 0003.
/// </remarks>
internal sealed class Witness : IDisposable
{
    public const string FileName = "witness";

    private const int SlotSize = 96;
    private const int SlotStride = 4096;
    private const int ChecksumAt = 88;
    private const uint Version = 1;

    private readonly IJournalFiles _files;
    private readonly string _folder;
    private readonly Guid _instance;
    private readonly byte[] _slot = new byte[SlotSize];
    private IJournalFile _file;

    private Witness(IJournalFiles files, string folder, Guid instance, IJournalFile file, WitnessedState state)
    {
        (_files, _folder, _instance, _file) = (files, folder, instance, file);
        State = state;
    }

    private static ReadOnlySpan<byte> Magic => "GEMELWIT"u8;

    public WitnessedState State { get; private set; }

    private string FilePath => Path.Combine(_folder, FileName);

    /// <summary>Makes the file with both slots, all at once: after a crash it is there whole or not at all.</summary>
    public static Witness Create(IJournalFiles files, string folder, Guid instance, WitnessedState state)
    {
        var witness = new Witness(files, folder, instance, WriteWhole(files, folder, instance, state), state);
        return witness;
    }

    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="GemelException">GMJ013, neither slot can be read; GMJ005, another instance's; GMJ002, a newer format.</exception>
    public static Witness? Open(IJournalFiles files, string folder, Guid instance)
    {
        string path = Path.Combine(folder, FileName);
        if (!files.FileExists(path))
        {
            return null;
        }
        IJournalFile file = files.Open(path, writable: true);
        try
        {
            return new Witness(files, folder, instance, file, Read(file, path, instance));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the newer of the slots that are whole.</summary>
    public static WitnessedState Read(IJournalFile file, string path, Guid instance)
    {
        WitnessedState? newest = null;
        Span<byte> slot = stackalloc byte[SlotSize];
        for (int i = 0; i < 2; i++)
        {
            if (file.Read(slot, i * SlotStride) == SlotSize && TryDecode(slot, path, instance, out WitnessedState state)
                && (newest is not { } other || state.Commit > other.Commit))
            {
                newest = state;
            }
        }
        return newest ?? throw new GemelException(JournalErrors.WitnessDamaged.With(path, "neither of its two slots can be read"));
    }

    /// <summary>The instance that a slot names; null where there is none that can be read.</summary>
    public static Guid? FindInstance(IJournalFiles files, string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!files.FileExists(path))
        {
            return null;
        }
        using IJournalFile file = files.Open(path, writable: false);
        Span<byte> slot = stackalloc byte[SlotSize];
        for (int i = 0; i < 2; i++)
        {
            if (file.Read(slot, i * SlotStride) == SlotSize && IsWhole(slot))
            {
                return new Guid(slot[16..32], bigEndian: true);
            }
        }
        return null;
    }

    /// <summary>What is not as it was written and still leaves the witness readable: a slot, which a crash may have torn, or bytes beside the slots.</summary>
    public static IEnumerable<string> FindOddities(IJournalFile file, string path)
    {
        byte[] bytes = new byte[SlotStride + SlotSize];
        int read = file.Read(bytes, 0);
        for (int i = 0; i < 2; i++)
        {
            if (!IsWhole(bytes.AsSpan(i * SlotStride, SlotSize)))
            {
                yield return $"Slot {i} of '{path}', at offset {i * SlotStride}, is torn or damaged; the other slot stands, and the next commits write this one anew.";
            }
        }
        if (read != bytes.Length || file.Length != bytes.Length || bytes.AsSpan(SlotSize, SlotStride - SlotSize).ContainsAnyExcept((byte)0))
        {
            yield return $"'{path}' has other bytes beside its slots than were written, or {file.Length} bytes instead of {bytes.Length}; nothing reads them.";
        }
    }

    /// <summary>Witnesses a commit in the slot that does not hold the one before; durable when it returns.</summary>
    public void Write(WitnessedState state)
    {
        Encode(_slot, _instance, state);
        _file.Write(_slot, (state.Commit & 1) * SlotStride);
        _file.Sync();
        State = state;
    }

    /// <summary>Says the same in both slots, in a file of its own inode: whatever an earlier failed write left behind is gone.</summary>
    public void Replace(WitnessedState state)
    {
        IJournalFile file = WriteWhole(_files, _folder, _instance, state);
        _file.Dispose();
        (_file, State) = (file, state);
    }

    public void Dispose() => _file.Dispose();

    private static IJournalFile WriteWhole(IJournalFiles files, string folder, Guid instance, WitnessedState state)
    {
        string temporary = Path.Combine(folder, FileName + ".new");
        IJournalFile file = files.Create(temporary);
        try
        {
            file.Write(Render(instance, state), 0);
            file.Sync();
            files.Rename(temporary, Path.Combine(folder, FileName));
            files.SyncFolder(folder);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a witness that says the same in both slots.</summary>
    public static byte[] Render(Guid instance, WitnessedState state)
    {
        byte[] bytes = new byte[SlotStride + SlotSize];
        Encode(bytes.AsSpan(0, SlotSize), instance, state);
        Encode(bytes.AsSpan(SlotStride, SlotSize), instance, state);
        return bytes;
    }

    private static void Encode(Span<byte> slot, Guid instance, WitnessedState state)
    {
        slot.Clear();
        Magic.CopyTo(slot);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[8..], Version);
        instance.TryWriteBytes(slot[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(slot[32..], state.First);
        BinaryPrimitives.WriteInt64LittleEndian(slot[40..], state.Commit);
        state.Hash.CopyTo(slot[48..]);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[ChecksumAt..], XxHash3.HashToUInt64(slot[..ChecksumAt]));
    }

    private static bool IsWhole(ReadOnlySpan<byte> slot) =>
        slot[..8].SequenceEqual(Magic) && BinaryPrimitives.ReadUInt64LittleEndian(slot[ChecksumAt..]) == XxHash3.HashToUInt64(slot[..ChecksumAt]);

    private static bool TryDecode(ReadOnlySpan<byte> slot, string path, Guid instance, out WitnessedState state)
    {
        state = default;
        if (!IsWhole(slot))
        {
            return false;
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(slot[8..]) is var version and not Version)
        {
            throw new GemelException(JournalErrors.NewerFormat.With(path, version, "a later version", Version));
        }
        if (new Guid(slot[16..32], bigEndian: true) is var owner && owner != instance)
        {
            throw new GemelException(JournalErrors.ForeignFile.With(path, owner, instance));
        }
        state = new WitnessedState(
            BinaryPrimitives.ReadInt64LittleEndian(slot[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[40..]),
            new RecordHash(slot.Slice(48, RecordHash.Size)));
        return true;
    }
}
