using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>A snapshot that is being written: nothing of it counts before its end is durable and it has its name.</summary>
/// <param name="file">The file it goes to; closed with this.</param>
/// <param name="identity">Whose it is.</param>
/// <param name="slot">The slot it is of.</param>
internal sealed class SnapshotDraft(StorageFile file, ReplicaIdentity identity, Slot slot) : IDisposable
{
    private readonly SnapshotOwner _owner = new(identity);
    private readonly List<long> _offsets = [];
    private AlignedBytes _buffer = new(LogFormat.BlockBytes);
    private long _end = LogFormat.BlockBytes;
    private ulong _hash;

    /// <summary>The slot and the hash of the pieces so far.</summary>
    public SnapshotMark Mark => new(slot, _hash);

    /// <summary>Empties the file and writes its head.</summary>
    /// <exception cref="DiskFullException">No space.</exception>
    public void Begin()
    {
        if (file.Length > 0)
            file.SetLength(0);
        file.TransferDirectly();
        new SnapshotHeader(identity, slot).Write(_buffer.Span);
        file.WriteAt(_buffer.Span[..LogFormat.BlockBytes], 0);
    }

    /// <summary>Writes the next piece.</summary>
    /// <exception cref="DiskFullException">No space; nothing of the piece counts.</exception>
    public void Append(ReadOnlySpan<byte> piece)
    {
        int padded = PieceFrame.PaddedLength(piece.Length);
        if (_buffer.Length < padded)
            _buffer = new AlignedBytes(padded);
        Span<byte> frame = _buffer.Span[..padded];
        PieceFrame.Write(frame, piece, _offsets.Count, _owner, slot);
        file.WriteAt(frame, _end);
        _offsets.Add(_end);
        _end += padded;
        _hash = StateExport.Fold(_hash, piece);
    }

    /// <summary>Makes durable what was written so far.</summary>
    public void Sync() => file.SyncData();

    /// <summary>Writes the end and makes all of it durable.</summary>
    /// <exception cref="DiskFullException">No space.</exception>
    public SnapshotContent Finish()
    {
        if (_offsets.Count == 0)
            throw new InvalidOperationException("a snapshot has at least one piece");
        new SnapshotFooter(Mark, _offsets.Count, _end).Write(_buffer.Span, _owner);
        file.WriteAt(_buffer.Span[..LogFormat.BlockBytes], _end);
        file.SyncData();
        return new SnapshotContent(Mark, [.. _offsets, _end]);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
