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
    private const int WindowBytes = 1024 * 1024;

    private readonly StorageFile _file;
    private readonly List<long> _offsets = [];
    private AlignedBytes _window = new(WindowBytes);
    private long _windowAt;
    private int _windowLength;
    private SnapshotOwner _owner = null!;
    private Slot _slot;
    private ulong _hash;

    private SnapshotScan(StorageFile file) => _file = file;

    /// <summary>Reads the file; null when any part of it is not intact, or cannot be read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="identity">Whose it has to be.</param>
    /// <param name="location">Where it is, for messages to people.</param>
    /// <exception cref="DataDirectoryException">It is of another version.</exception>
    /// <exception cref="ForeignDataDirectoryException">It is another replica's.</exception>
    public static SnapshotContent? Run(StorageFile file, ReplicaIdentity identity, string location)
    {
        file.TransferDirectly();
        SnapshotScan scan = new(file);
        try
        {
            if (!scan.TryLoad(0, LogFormat.BlockBytes, out ReadOnlySpan<byte> head) || SnapshotHeader.TryRead(head) is not { } header)
                return null;
            if (!header.IsOf(identity))
                throw new ForeignDataDirectoryException($"the snapshot in {location} is of {header.Identity.Replica} of {header.Identity.Group} in cluster {header.Identity.Cluster}, or from another directory of this one");
            scan._owner = new SnapshotOwner(identity);
            scan._slot = header.Slot;
            return scan.ReadPieces();
        }
        catch (StorageReadException)
        {
            return null;
        }
    }

    private SnapshotContent? ReadPieces()
    {
        long at = LogFormat.BlockBytes;
        while (TryLoad(at, LogFormat.BlockBytes, out ReadOnlySpan<byte> block))
        {
            if (SnapshotFooter.TryRead(block, _owner, _slot) is { } footer)
                return IsEnd(footer, at) ? new SnapshotContent(footer.Mark, [.. _offsets, at]) : null;
            if (!TryReadPiece(block, at, out int padded))
                return null;
            at += padded;
        }

        return null;
    }

    /// <summary>Takes in the piece that begins with this block.</summary>
    private bool TryReadPiece(ReadOnlySpan<byte> block, long at, out int padded)
    {
        padded = 0;
        if (!PieceFrame.TryReadLength(block, _offsets.Count, out int length))
            return false;
        padded = PieceFrame.PaddedLength(length);
        if (!TryLoad(at, padded, out ReadOnlySpan<byte> frame) || !PieceFrame.IsIntact(frame, _owner, _slot))
            return false;
        _offsets.Add(at);
        _hash = StateExport.Fold(_hash, frame.Slice(PieceFrame.HeadBytes, length));
        return true;
    }

    private bool IsEnd(SnapshotFooter footer, long at) =>
        footer == new SnapshotFooter(new SnapshotMark(_slot, _hash), _offsets.Count, at) && _offsets.Count > 0 && _file.Length == at + LogFormat.BlockBytes;

    /// <summary>What stands at <paramref name="at"/>, valid until the next call; false when the file ends before. It is read in large parts.</summary>
    private bool TryLoad(long at, int length, out ReadOnlySpan<byte> bytes)
    {
        if (at < _windowAt || at + length > _windowAt + _windowLength)
        {
            if (_window.Length < length)
                _window = new AlignedBytes(LogFormat.RoundUp(length));
            _windowAt = at;
            _windowLength = _file.ReadAt(_window.Span, at);
        }

        int from = (int)(at - _windowAt);
        bool isThere = from + length <= _windowLength;
        bytes = isThere ? _window.Span.Slice(from, length) : default;
        return isThere;
    }
}

/// <summary>What is in an intact snapshot file.</summary>
/// <param name="Mark">The snapshot.</param>
/// <param name="Offsets">Where each piece begins, and where the last one ends.</param>
internal sealed record SnapshotContent(SnapshotMark Mark, IReadOnlyList<long> Offsets);
