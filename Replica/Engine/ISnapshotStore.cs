using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// The snapshots on the disk: one that is durable, the one before it as long as it can be read, and one that is being written beside them. All of it may throw
/// <see cref="StorageFailedException"/>, after which the process has to stop, and what writes <see cref="DiskFullException"/>, after which the unfinished one is to be dropped.
/// </summary>
public interface ISnapshotStore
{
    /// <summary>The durable snapshot; <see cref="SnapshotMark.None"/> when there is none.</summary>
    SnapshotMark Newest { get; }

    /// <summary>A snapshot that nobody can read any more still takes up space, which is given back a little at a time.</summary>
    bool HasLeavingSpace { get; }

    /// <summary>Begins a new snapshot, in the place of an unfinished one.</summary>
    /// <param name="slot">The slot it is of.</param>
    void Begin(Slot slot);

    /// <summary>Writes the next piece of the snapshot that was begun; it is not durable.</summary>
    void Append(ReadOnlySpan<byte> piece);

    /// <summary>Makes durable what was written so far, so that the end does not have to bring everything to the disk at once.</summary>
    void Sync();

    /// <summary>Ends the snapshot that was begun: when this returns it is durable, and has taken the place of the one before.</summary>
    /// <param name="mark">The slot that it was begun with, and the hash of its pieces.</param>
    void Publish(SnapshotMark mark);

    /// <summary>Drops the unfinished snapshot; without effect when there is none.</summary>
    void Drop();

    /// <summary>Gives all space back, now, that the snapshot before the durable one has, or what is left of an earlier one: whoever was taking that begins anew.</summary>
    void GiveBack();

    /// <summary>Gives a little of the space back that <see cref="HasLeavingSpace"/> tells of: all at once would keep the syncs of the log waiting.</summary>
    void ShrinkLeaving();

    /// <summary>
    /// Reads a piece of the durable snapshot, or of the one before it, which can still be read until the next one is durable or space is missing; when the mark is of none of them, or
    /// it has no such piece, the first piece of the durable one.
    /// </summary>
    /// <returns>Null when there is no snapshot, or what was to be read has rotted.</returns>
    SnapshotPiece? Read(SnapshotMark mark, long number);
}
