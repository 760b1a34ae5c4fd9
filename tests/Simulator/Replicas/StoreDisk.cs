using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>The product's own store on a simulated disk. One object stands for one disk through all lives of its replica.</summary>
/// <param name="replica">Whose disk it is.</param>
/// <param name="replicaCount">Replicas in the group.</param>
/// <param name="options">Sizes of the log.</param>
/// <param name="seed">What the drawn identity is made from.</param>
/// <param name="interruptsEvery">Each so many system calls one is interrupted; 0 for never.</param>
/// <param name="isNewcomer">The directory is made for the place of another replica (rule 13).</param>
public sealed class StoreDisk(ReplicaId replica, int replicaCount, StoreOptions options, ulong seed, int interruptsEvery = 0, bool isNewcomer = false) : ILogStore, ILogReport
{
    private ReplicaStore? _store;
    private SnapshotDisk? _snapshots;
    private RecordNumber _through;
    private ulong _starts;
    private ulong _directories;
    private bool _hasAppended;
    private bool _hasAppendedView;
    private long _appendedThrough;
    private long _syncedThrough;

    /// <summary>The disk under the store.</summary>
    public SimulatedDisk Disk { get; private set; } = new() { InterruptsEvery = interruptsEvery };

    /// <summary>Its snapshots.</summary>
    public SnapshotDisk Snapshots => _snapshots ??= new SnapshotDisk(this);

    /// <summary>What is being done on it right now: where a power failure strikes.</summary>
    public DiskWork Doing { get; set; }

    /// <summary>The product's store of snapshots; only while it is open.</summary>
    internal ISnapshotStore OpenedSnapshots => Group.Snapshots;

    /// <summary>Whose it is, which start this is, and what is remembered of peers; only while it is open.</summary>
    public ReplicaIdentity Identity => Group.Identity;

    private GroupStore Group => _store!.Groups[0];

    /// <summary>Told before each write: the number of the last record that is written then, and the decided slot that is noted with it or behind it.</summary>
    public Action<RecordNumber, Slot>? OnMark { get; set; }

    /// <summary>Told before segments are given back: up to which slot a durable snapshot is said to have everything.</summary>
    public Action<Slot>? OnReleasing { get; set; }

    /// <summary>The power fails at so many system calls after the next segment began to be given back; 0 for never.</summary>
    public int CrashAfterReleasing { get; set; }

    /// <summary>Told when a segment was given back.</summary>
    public Action? OnReleased { get; set; }

    /// <summary>Segments that were given back so far.</summary>
    public long ReleasedSegments { get; private set; }

    /// <summary>Everything that is durable of the log says so itself: rot of it cannot pass for a torn write.</summary>
    public bool IsCertified => _store is { NeedsCertification: false } && !_hasAppended && !_hasAppendedView && !Disk.HasPendingBesides(SnapshotDisk.IsFile);

    /// <summary>The last sync brought a view record alone: it says that the newest batch is durable, and nothing in the log does.</summary>
    public bool IsNewestCertified { get; private set; }

    /// <summary>After the last lie of a sync something was truly synced that says that what was lied about is durable.</summary>
    public bool AreLiesCertified { get; private set; }

    /// <inheritdoc/>
    public bool NeedsCertification => _store!.NeedsCertification;

    /// <inheritdoc/>
    public bool NeedsPreparation => _store!.NeedsPreparation;

    /// <inheritdoc/>
    public bool IsDiskFull => _store!.IsDiskFull;

    /// <inheritdoc/>
    public long SyncCount => Disk.SyncCount;

    /// <summary>Reads everything back at the start of a life; what it returns is durable.</summary>
    /// <exception cref="SimulatedPowerFailureException">The power fails meanwhile.</exception>
    public RecoveredState Open()
    {
        // A power failure while the directory was created leaves one to be created again.
        if (!ReplicaStore.IsFormatted(Disk.OpenDirectory()))
            Create();
        AreLiesCertified = false;
        _hasAppended = _hasAppendedView = false;
        Doing = Disk.Names.Contains(SnapshotDisk.Name, StringComparer.Ordinal) ? DiskWork.OpeningWithSnapshot : DiskWork.Opening;
        _store = ReplicaStore.Open(Disk.OpenDirectory(), options, DrawStart());
        Doing = DiskWork.Other;
        _through = RecordNumber.None;
        _syncedThrough = Disk.Operations;
        return Group.Recovered;
    }

    /// <summary>Puts another directory in the place of this one. Only while no process runs.</summary>
    /// <param name="directory">What is there from now on, and belongs to this object alone.</param>
    public void Replace(SimulatedDisk directory)
    {
        Disk = directory;
        Disk.InterruptsEvery = interruptsEvery;
    }

    /// <summary>Notes what is remembered of a peer.</summary>
    /// <exception cref="SimulatedPowerFailureException">The power fails meanwhile.</exception>
    /// <exception cref="StorageFailedException">The disk failed: the process has to end.</exception>
    public void RememberPeer(int group, ReplicaId peer, PeerMemory memory) => _store!.RememberPeer(group, peer, memory);

    /// <summary>Notes what was heard from peers.</summary>
    /// <exception cref="SimulatedPowerFailureException">The power fails meanwhile.</exception>
    /// <exception cref="StorageFailedException">The disk failed: the process has to end.</exception>
    public void RememberHeard(int group, IReadOnlyList<HeardMark> heard) => _store!.RememberHeard(group, heard);

    /// <summary>Writes records; they are durable after the next <see cref="Sync"/>.</summary>
    /// <param name="batches">What there is of each group.</param>
    /// <exception cref="SimulatedPowerFailureException">The power fails meanwhile.</exception>
    public void Append(IReadOnlyList<LogBatch> batches)
    {
        List<Record> records = batches[0].Records;
        _through = batches[0].RecordsThrough;
        OnMark?.Invoke(_through, batches[0].Decided);
        int lies = Disk.LyingSyncs;
        _store!.Append(batches);
        _hasAppended |= records.Any(record => record.Kind != RecordKind.Views);
        _hasAppendedView |= records.Any(record => record.Kind == RecordKind.Views);
        _appendedThrough = Disk.Operations;
        AreLiesCertified &= Disk.LyingSyncs == lies;
    }

    /// <summary>Makes everything appended durable.</summary>
    /// <exception cref="SimulatedPowerFailureException">The power fails meanwhile.</exception>
    /// <exception cref="StorageFailedException">The disk failed: the process has to end.</exception>
    public void Sync()
    {
        int lies = Disk.LyingSyncs;
        _store!.Sync();
        AreLiesCertified = Disk.LyingSyncs == lies && (AreLiesCertified || _hasAppended);
        NoteCertified();
    }

    /// <inheritdoc/>
    public RecordNumber DurableThrough(int group) => _store!.DurableThrough(group);

    /// <inheritdoc/>
    public bool IsHeldBackBy(int group, Slot inSnapshot) => _store!.IsHeldBackBy(group, inSnapshot);

    /// <summary>Does a step of preparing the next segment.</summary>
    public void Prepare() => _store!.Prepare();

    /// <inheritdoc/>
    public bool TryRelease(IReadOnlyList<Slot> inSnapshots)
    {
        OnReleasing?.Invoke(inSnapshots[0]);
        (int crash, long planned) = (CrashAfterReleasing, Disk.CrashAtOperation);
        CrashAfterReleasing = 0;
        if (crash > 0)
            Disk.CrashAtOperation = Disk.Operations + crash;
        Doing = DiskWork.Releasing;
        bool isReleased = _store!.TryRelease(inSnapshots);
        Doing = DiskWork.Other;

        // There was nothing to give back: the next time counts.
        if (!isReleased)
        {
            (CrashAfterReleasing, Disk.CrashAtOperation) = (crash, planned);
            return false;
        }

        ReleasedSegments++;
        OnReleased?.Invoke();
        return true;
    }

    /// <summary>The log has been idle: notes on the disk how far it is certain.</summary>
    public void Certify(IReadOnlyList<LogBatch> batches)
    {
        OnMark?.Invoke(_through, batches[0].Decided);
        int lies = Disk.LyingSyncs;
        long trueSyncs = Disk.TrueSyncs;
        _store!.Certify(batches);
        AreLiesCertified = Disk.LyingSyncs == lies && (AreLiesCertified || Disk.TrueSyncs > trueSyncs);
        if (_store.NeedsCertification)
            return;
        _syncedThrough = Disk.Operations;
        Disk.CertifiedThrough = Disk.Operations;
    }

    /// <summary>The process is gone; the page cache stays.</summary>
    public void Kill()
    {
        _store = null;
        Disk.Kill();
    }

    /// <summary>The power is gone: everything that was not synced is kept, lost or spoilt, each for itself.</summary>
    /// <param name="random">What decides; see <see cref="SimulatedDisk.Crash"/>.</param>
    public void LosePower(Func<ulong> random)
    {
        _store = null;
        Disk.Crash(random);
    }

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

    // A batch says that those before it are durable, and so does the view record.
    private void NoteCertified()
    {
        if (_hasAppended || _hasAppendedView)
            Disk.CertifiedThrough = Math.Max(Disk.CertifiedThrough, _syncedThrough);
        if (_hasAppended)
            _syncedThrough = _appendedThrough;
        IsNewestCertified = _hasAppendedView && !_hasAppended;
        _hasAppended = _hasAppendedView = false;
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

    /// <summary>Another one for each start, whichever directory it is made on.</summary>
    private Guid DrawStart()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, SplitMix64.Fold(seed, ++_starts));
        BitConverter.TryWriteBytes(bytes[8..], SplitMix64.Fold(seed ^ _starts, (ulong)replica.Index));
        return new Guid(bytes);
    }

    private void Create() =>
        ReplicaStore.Create(
            Disk.OpenDirectory(),
            new ReplicaIdentity
            {
                Cluster = Guid.Empty,
                Group = ReplicaSetting.Group,
                Replica = replica,
                ReplicaCount = replicaCount,
                MembersHash = 1,
                IsNewcomer = isNewcomer,
                Identity = SplitMix64.Fold(seed + _directories++, (ulong)replica.Index) | 1,
            },
            options);
}
