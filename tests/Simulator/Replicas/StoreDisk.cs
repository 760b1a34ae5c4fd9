using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>What one group has of a <see cref="SharedStore"/>; its replica sees nothing else of it.</summary>
public sealed class StoreDisk
{
    private readonly SharedStore _store;
    private GroupStore? _opened;
    private RecordNumber _through;

    internal StoreDisk(SharedStore store, int index)
    {
        _store = store;
        Index = index;
        Snapshots = new SnapshotDisk(this);
    }

    /// <summary>A store that a replica has for itself.</summary>
    /// <param name="replica">Whose disk it is.</param>
    /// <param name="replicaCount">Replicas in the group.</param>
    /// <param name="options">Sizes of the log.</param>
    /// <param name="seed">What the drawn identity is made from.</param>
    /// <param name="interruptsEvery">Each so many system calls one is interrupted; 0 for never.</param>
    /// <param name="isNewcomer">The directory is made for the place of another replica (rule 13).</param>
    public static StoreDisk Of(ReplicaId replica, int replicaCount, StoreOptions options, ulong seed, int interruptsEvery = 0, bool isNewcomer = false) =>
        new SharedStore(replica, replicaCount, options, seed, interruptsEvery, isNewcomer).AddGroup();

    /// <summary>The store.</summary>
    public SharedStore Store => _store;

    /// <summary>Which of the groups of the store it is.</summary>
    public int Index { get; }

    /// <summary>The disk under the store.</summary>
    public SimulatedDisk Disk => _store.Disk;

    /// <summary>Its snapshots.</summary>
    public SnapshotDisk Snapshots { get; }

    /// <summary>The product's store of snapshots; only while it is open.</summary>
    internal ISnapshotStore OpenedSnapshots => _opened!.Snapshots;

    /// <summary>Whose it is, which start this is, and what is remembered of peers; only while it is open.</summary>
    public ReplicaIdentity Identity => _opened!.Identity;

    /// <summary>What the disk remembered of the group when it was opened; only while it is open.</summary>
    public RecoveredState Recovered => _opened!.Recovered;

    /// <summary>Told before each write: the number of the last record that is written then, and the decided slot that is noted with it or behind it.</summary>
    public Action<RecordNumber, Slot>? OnMark { get; set; }

    /// <summary>Told before segments are given back: up to which slot a durable snapshot is said to have everything.</summary>
    public Action<Slot>? OnReleasing { get; set; }

    /// <summary>Told when a segment was given back.</summary>
    public Action? OnReleased { get; set; }

    /// <summary>The store was opened: a life begins.</summary>
    internal void OnOpened(GroupStore opened)
    {
        _opened = opened;
        _through = RecordNumber.None;
    }

    /// <summary>Records are about to be written.</summary>
    internal void OnAppending(LogBatch batch)
    {
        _through = batch.RecordsThrough;
        OnMark?.Invoke(_through, batch.Decided);
    }

    /// <summary>A decided slot is about to be noted.</summary>
    internal void OnCertifying(Slot decided) => OnMark?.Invoke(_through, decided);

    /// <summary>
    /// Flips a bit where the newest record of a slot stands, found by trying: of all bits, the last one without which recovery
    /// tells something else of this slot alone. Only while no process runs.
    /// </summary>
    public bool TryRotSlot(Slot slot)
    {
        string before = Tell(Disk, slot);
        foreach (string name in Disk.Names.Reverse())
        {
            byte[] bytes = Disk.Platter(name);
            for (int at = bytes.Length - 1; at >= 0; at--)
            {
                // Most of a block is padding, where nothing can be told from; trying each byte of it takes minutes.
                if (bytes[at] == 0)
                    continue;
                SimulatedDisk copy = Disk.Clone();
                copy.FlipBit(name, 8L * at);
                if (string.Equals(Tell(copy, slot), before, StringComparison.Ordinal)
                    || !string.Equals(Tell(copy, slot.Previous), Tell(Disk, slot.Previous), StringComparison.Ordinal)
                    || !string.Equals(Tell(copy, slot.Next), Tell(Disk, slot.Next), StringComparison.Ordinal))
                    continue;
                Disk.FlipBit(name, 8L * at);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Zeroes the end of the segment in use, block by block from behind, until recovery cannot tell any more which slots stood there.
    /// Only while no process runs; false when no such end is found.
    /// </summary>
    public bool TryLoseEnd()
    {
        if (FindOpenEnd() is not { } end)
            return false;
        Disk.Damage(end.Name, end.Offset, new byte[end.Length]);
        return true;
    }

    /// <summary>The shortest end of the log such that, were it lost, nobody could tell which slots were in it; null when there is none.</summary>
    public (string Name, long Offset, int Length)? FindOpenEnd()
    {
        string? name = Disk.Names.LastOrDefault(file => file.StartsWith("log-", StringComparison.Ordinal) && Disk.Platter(file).AsSpan().ContainsAnyExcept((byte)0));
        int length = name is null ? 0 : Disk.Platter(name).Length;
        for (int at = length - SimulatedDisk.BlockBytes; at >= SimulatedDisk.BlockBytes; at -= SimulatedDisk.BlockBytes)
        {
            SimulatedDisk copy = Disk.Clone();
            copy.Damage(name!, at, new byte[length - at]);
            if (ReplicaStore.ReadOnly(copy.OpenDirectory())[0].State.FaultyFrom > Slot.Zero)
                return (name!, at, length - at);
        }

        return null;
    }

    private static string Tell(SimulatedDisk disk, Slot slot)
    {
        try
        {
            RecoveredState state = ReplicaStore.ReadOnly(disk.OpenDirectory())[0].State;
            foreach (AcceptedEntry vote in state.Votes)
            {
                if (vote.Slot == slot)
                    return vote.View.ToString() + vote.Entry.Bytes.Length;
            }

            foreach (DecidedEntry known in state.Known)
            {
                if (known.Slot == slot)
                    return "known" + known.Entry.Bytes.Length;
            }

            return "nothing";
        }
        catch (DataDirectoryException)
        {
            return "unreadable";
        }
    }
}
