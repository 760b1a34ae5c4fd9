using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>The product's own store of snapshots on a simulated disk; who watches is told what is about to be durable, and what is.</summary>
/// <param name="disk">The disk.</param>
public sealed class SnapshotDisk(StoreDisk disk) : ISnapshotStore
{
    /// <summary>Name of the durable snapshot's file, of a group that has the disk for itself.</summary>
    public const string Name = "snapshot";

    /// <summary>Told before a snapshot is published: from then on a start may find it.</summary>
    public Action<SnapshotMark>? OnPublishing { get; set; }

    /// <summary>Told when a snapshot is durable.</summary>
    public Action<SnapshotMark>? OnPublished { get; set; }

    /// <summary>The power fails at so many system calls after the next snapshot began to be published; 0 for never.</summary>
    public int CrashAfterPublishing { get; set; }

    /// <inheritdoc/>
    public SnapshotMark Newest => disk.OpenedSnapshots.Newest;

    /// <inheritdoc/>
    public bool HasLeavingSpace => disk.OpenedSnapshots.HasLeavingSpace;

    /// <summary>A file belongs to the snapshots.</summary>
    public static bool IsFile(string name) => name.StartsWith(Name, StringComparison.Ordinal);

    /// <summary>A file is a durable snapshot.</summary>
    public static bool IsDurable(string name) => IsFile(name) && !name.EndsWith(".new", StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Begin(Slot slot)
    {
        disk.Store.Doing = DiskWork.WritingSnapshot;
        disk.OpenedSnapshots.Begin(slot);
        disk.Store.Doing = DiskWork.Other;
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> piece)
    {
        disk.Store.Doing = DiskWork.WritingSnapshot;
        disk.OpenedSnapshots.Append(piece);
        disk.Store.Doing = DiskWork.Other;
    }

    /// <inheritdoc/>
    public void Sync()
    {
        disk.Store.Doing = DiskWork.WritingSnapshot;
        disk.OpenedSnapshots.Sync();
        disk.Store.Doing = DiskWork.Other;
    }

    /// <inheritdoc/>
    public void Publish(SnapshotMark mark)
    {
        if (CrashAfterPublishing > 0)
            disk.Disk.CrashAtOperation = disk.Disk.Operations + CrashAfterPublishing;
        CrashAfterPublishing = 0;
        OnPublishing?.Invoke(mark);
        disk.Store.Doing = DiskWork.PublishingSnapshot;
        disk.OpenedSnapshots.Publish(mark);
        disk.Store.Doing = DiskWork.Other;
        OnPublished?.Invoke(mark);
    }

    /// <inheritdoc/>
    public void Drop()
    {
        disk.OpenedSnapshots.Drop();
        disk.Store.Doing = DiskWork.Other;
    }

    /// <inheritdoc/>
    public void GiveBack() => disk.OpenedSnapshots.GiveBack();

    /// <inheritdoc/>
    public void ShrinkLeaving() => disk.OpenedSnapshots.ShrinkLeaving();

    /// <inheritdoc/>
    public SnapshotPiece? Read(SnapshotMark mark, long number) => disk.OpenedSnapshots.Read(mark, number);
}
