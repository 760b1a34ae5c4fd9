using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>
/// Reads a snapshot file from its first byte to its last, one piece at a time, and finds out whether all of it is as it was written. Nothing of a
/// snapshot counts unless everything does.
/// </summary>
internal sealed class SnapshotScan
{
    private const int FirstBuffer = 64 * 1024;

    private readonly StorageFile _file;
    private readonly SnapshotOwner _owner;
    private readonly Slot _slot;
    private readonly List<long> _offsets = [];
    private byte[] _buffer;
    private ulong _hash;

    private SnapshotScan(StorageFile file, SnapshotOwner owner, Slot slot, byte[] buffer)
    {
        _file = file;
        _owner = owner;
        _slot = slot;
        _buffer = buffer;
    }

    /// <summary>Reads the file; null when any part of it is not intact, or cannot be read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="identity">Whose it has to be.</param>
    /// <param name="location">Where it is, for messages to people.</param>
    /// <exception cref="DataDirectoryException">It is of another version.</exception>
    /// <exception cref="ForeignDataDirectoryException">It is another replica's.</exception>
    public static SnapshotContent? Run(StorageFile file, ReplicaIdentity identity, string location)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(FirstBuffer);
        try
        {
            if (file.ReadAt(buffer.AsSpan(0, LogFormat.BlockBytes), 0) < LogFormat.BlockBytes || SnapshotHeader.TryRead(buffer) is not { } header)
                return null;
            if (!header.IsOf(identity))
                throw new ForeignDataDirectoryException($"the snapshot in {location} is of {header.Identity.Replica} of {header.Identity.Group} in cluster {header.Identity.Cluster}, or from another directory of this one");
            return new SnapshotScan(file, new SnapshotOwner(identity), header.Slot, buffer).ReadPieces();
        }
        catch (StorageReadException)
        {
            return null;
        }
    }

    private SnapshotContent? ReadPieces()
    {
        long at = LogFormat.BlockBytes;
        while (TryRead(at, 0, LogFormat.BlockBytes))
        {
            if (SnapshotFooter.TryRead(_buffer, _owner, _slot) is { } footer)
                return IsEnd(footer, at) ? new SnapshotContent(footer.Mark, [.. _offsets, at]) : null;
            if (!TryReadPiece(at, out int padded))
                return null;
            at += padded;
        }

        return null;
    }

    /// <summary>Takes in a piece whose first block is in the buffer.</summary>
    private bool TryReadPiece(long at, out int padded)
    {
        padded = 0;
        if (!PieceFrame.TryReadLength(_buffer, _offsets.Count, out int length))
            return false;
        padded = PieceFrame.PaddedLength(length);
        if (_buffer.Length < padded)
            Array.Resize(ref _buffer, padded);
        if (!TryRead(at, LogFormat.BlockBytes, padded) || !PieceFrame.IsIntact(_buffer.AsSpan(0, padded), _owner, _slot))
            return false;
        _offsets.Add(at);
        _hash = StateExport.Fold(_hash, _buffer.AsSpan(PieceFrame.HeadBytes, length));
        return true;
    }

    private bool IsEnd(SnapshotFooter footer, long at) =>
        footer == new SnapshotFooter(new SnapshotMark(_slot, _hash), _offsets.Count, at) && _offsets.Count > 0 && _file.Length == at + LogFormat.BlockBytes;

    /// <summary>Fills a part of the buffer from what stands at <paramref name="at"/>; false when the file ends before.</summary>
    private bool TryRead(long at, int from, int to) => _file.ReadAt(_buffer.AsSpan(from, to - from), at + from) == to - from;
}

/// <summary>What is in an intact snapshot file.</summary>
/// <param name="Mark">The snapshot.</param>
/// <param name="Offsets">Where each piece begins, and where the last one ends.</param>
internal sealed record SnapshotContent(SnapshotMark Mark, IReadOnlyList<long> Offsets);
