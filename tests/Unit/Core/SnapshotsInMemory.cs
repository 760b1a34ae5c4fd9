using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>The place of snapshots, without a disk: what is published stays, and what was before it can still be read.</summary>
internal sealed class SnapshotsInMemory : ISnapshotStore
{
    private readonly List<byte[]> _unfinished = [];
    private byte[][] _newest = [];
    private byte[][] _before = [];
    private SnapshotMark _beforeMark;

    /// <inheritdoc/>
    public SnapshotMark Newest { get; private set; }

    /// <inheritdoc/>
    public bool HasLeavingSpace => false;

    /// <summary>Nothing is written or read until this is false again.</summary>
    public bool IsHeld { get; set; }

    /// <summary>There is no space.</summary>
    public bool IsFull { get; set; }

    /// <summary>Pieces that were read for others.</summary>
    public int Reads { get; private set; }

    /// <inheritdoc/>
    public void Begin(Slot slot) => _unfinished.Clear();

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (IsFull)
            throw new DiskFullException("there is no space");
        _unfinished.Add(piece.ToArray());
    }

    /// <inheritdoc/>
    public void Sync()
    {
        // Memory needs none.
    }

    /// <inheritdoc/>
    public void Publish(SnapshotMark mark)
    {
        (_before, _beforeMark) = (_newest, Newest);
        (_newest, Newest) = ([.. _unfinished], mark);
        _unfinished.Clear();
    }

    /// <inheritdoc/>
    public void Drop() => _unfinished.Clear();

    /// <inheritdoc/>
    public void GiveBack() => (_before, _beforeMark) = ([], SnapshotMark.None);

    /// <inheritdoc/>
    public void ShrinkLeaving()
    {
        // Memory has been given back by the collector.
    }

    /// <inheritdoc/>
    public SnapshotPiece? Read(SnapshotMark mark, long number)
    {
        Reads++;
        if (mark == _beforeMark && number < _before.Length)
            return new SnapshotPiece(mark, number, _before.Length, _before[number]);
        if (Newest == SnapshotMark.None)
            return null;
        long read = mark == Newest && number < _newest.Length ? number : 0;
        return new SnapshotPiece(Newest, read, _newest.Length, _newest[read]);
    }
}
