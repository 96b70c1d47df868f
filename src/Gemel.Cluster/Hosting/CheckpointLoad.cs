using System.Buffers;
using Gemel.Graph;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>Fills empty shards from a checkpoint: all at the same time, reading every file once.</summary>
internal sealed class CheckpointLoad(CheckpointStore checkpoints, Checkpoint checkpoint, ShardSet shards, ReplayContext context)
{
    private const int ReadBytes = 1 << 20;

    /// <exception cref="GemelException">GMJ040, a file is damaged, told before anything that its bytes led to; GMJ024.</exception>
    /// <exception cref="InvalidDataException">A file is whole, but not one that this program can read.</exception>
    public void Run()
    {
        IEnumerable<Task<ShardCheckpointReader>> loads = [.. Enumerable.Range(0, shards.All.Count).Select(number => Task.Run(() => Load(number)))];
        foreach (ShardCheckpointReader reader in Task.WhenAll(loads).GetAwaiter().GetResult())
        {
            reader.Complete();
        }
    }

    private ShardCheckpointReader Load(int number)
    {
        ShardCheckpointReader reader = new(shards.All[number], context);
        using Stream part = checkpoints.OpenPart(checkpoint.FindPart($"{Recovery.ShardPartPrefix}{number}")!);
        try
        {
            lock (shards.All[number].Gate)
            {
                Read(part, reader);
            }
        }
        catch (Exception failure) when (failure is not GemelException { Error.Code: var code } || code == CommonErrors.InvalidId)
        {
            // Bytes are used before the checksum of all of them is known: where they make no sense, it says whether they are those that were written.
            part.CopyTo(Stream.Null, ReadBytes);
            throw;
        }
        return reader;
    }

    private static void Read(Stream part, ShardCheckpointReader reader)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        int kept = 0;
        for (int read; (read = part.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            int filled = kept + read;
            int taken = reader.Read(buffer.AsSpan(0, filled));
            kept = filled - taken;
            byte[] next = taken > 0 ? buffer : ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(taken, kept).CopyTo(next);
            if (next != buffer)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = next;
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
        if (kept > 0)
        {
            throw new InvalidDataException($"The checkpoint of a shard ends within a part, {kept} bytes after its beginning.");
        }
    }
}
