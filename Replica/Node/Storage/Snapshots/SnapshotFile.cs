using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>A durable snapshot, open for reading. It can be read as long as it is open, also when another one has taken its name.</summary>
/// <param name="file">The file; closed with this.</param>
/// <param name="identity">Whose it is.</param>
/// <param name="content">What is in it.</param>
internal sealed class SnapshotFile(StorageFile file, ReplicaIdentity identity, SnapshotContent content) : IDisposable
{
    private readonly SnapshotOwner _owner = new(identity);
    private AlignedBytes _frame = new(LogFormat.BlockBytes);

    /// <summary>The snapshot.</summary>
    public SnapshotMark Mark => content.Mark;

    /// <summary>How many pieces it has.</summary>
    public int Count => content.Offsets.Count - 1;

    /// <summary>Opens the durable snapshot of a directory and reads it to its end; null when there is none that is intact.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="names">The files of its group.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="isRotten">There is one, and it is not intact.</param>
    /// <exception cref="DataDirectoryException">It is of another version.</exception>
    /// <exception cref="ForeignDataDirectoryException">It is another replica's.</exception>
    public static SnapshotFile? TryOpen(StorageDirectory directory, GroupFiles names, ReplicaIdentity identity, out bool isRotten)
    {
        isRotten = false;
        SnapshotFile? found = null;
        StorageFile? file = null;
        try
        {
            file = directory.Open(names.Snapshot, readOnly: true);
            if (SnapshotScan.Run(file, identity, directory.Location) is { } content)
                found = new SnapshotFile(file, identity, content);
            isRotten = found is null;
            return found;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        finally
        {
            if (found is null)
                file?.Dispose();
        }
    }

    /// <summary>
    /// The pieces of the durable snapshot of a directory, read through a descriptor of their own, one after the other as they are taken. A piece is valid until <see cref="PiecesReadAhead.MostHeld"/> more are taken: the memory of
    /// a large state once more, in pieces that are needed for a moment, would have to be found and given back while the replica serves.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="names">The files of its group.</param>
    /// <exception cref="StorageFailedException">What was intact before is not any more: the next start finds it rotten.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> PiecesIn(StorageDirectory directory, GroupFiles names)
    {
        StorageFile again = directory.Open(names.Snapshot, readOnly: true);
        again.TransferDirectly();
        using SnapshotFile own = new(again, identity, content);
        byte[][] buffers = [.. Enumerable.Repeat(Array.Empty<byte>(), PiecesReadAhead.MostHeld + 1)];
        for (int number = 0; number < own.Count; number++)
        {
            int length = own.ReadInto(ref buffers[number % buffers.Length], number);
            if (length < 0)
                throw new StorageFailedException($"piece {number} of the {own.Mark} in {directory.Location} was intact a moment ago, and is not any more");
            yield return buffers[number % buffers.Length].AsMemory(0, length);
        }
    }

    /// <summary>Reads a piece; null when it is not intact.</summary>
    public ReadOnlyMemory<byte>? TryRead(int number) => TryLoad(number, out ReadOnlySpan<byte> piece) ? RecycledArrays.Pieces.Copy(piece) : (ReadOnlyMemory<byte>?)null;

    // Bytes of the piece; -1 when it is not intact.
    private int ReadInto(ref byte[] buffer, int number)
    {
        if (!TryLoad(number, out ReadOnlySpan<byte> piece))
            return -1;
        if (buffer.Length < piece.Length)
            buffer = GC.AllocateUninitializedArray<byte>(Math.Max(piece.Length, RecycledArrays.PieceBytes));
        piece.CopyTo(buffer);
        return piece.Length;
    }

    private bool TryLoad(int number, out ReadOnlySpan<byte> piece)
    {
        piece = default;
        int padded = (int)(content.Offsets[number + 1] - content.Offsets[number]);
        if (_frame.Length < padded)
            _frame = new AlignedBytes(padded);
        Span<byte> frame = _frame.Span[..padded];
        try
        {
            if (file.ReadAt(frame, content.Offsets[number]) < frame.Length || !PieceFrame.TryReadLength(frame, number, out int length))
                return false;
            if (PieceFrame.PaddedLength(length) != frame.Length || !PieceFrame.IsIntact(frame, _owner, Mark.Slot))
                return false;
            piece = frame.Slice(PieceFrame.HeadBytes, length);
            return true;
        }
        catch (StorageReadException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
