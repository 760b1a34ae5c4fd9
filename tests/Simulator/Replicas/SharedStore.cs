using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Replicas;

/// <summary>
/// The product's own store on a simulated disk, which the replica of one group has, or those of several groups share (<see cref="StoreDisk"/> is the part of one of them). One object stands for one disk
/// through all lives of its process.
/// </summary>
/// <param name="replica">Whose disk it is.</param>
/// <param name="replicaCount">Replicas in each group.</param>
/// <param name="options">Sizes of the log.</param>
/// <param name="seed">What the drawn identity is made from.</param>
/// <param name="interruptsEvery">Each so many system calls one is interrupted; 0 for never.</param>
/// <param name="isNewcomer">The directory is made for the place of another replica (rule 13).</param>
public sealed class SharedStore(ReplicaId replica, int replicaCount, StoreOptions options, ulong seed, int interruptsEvery, bool isNewcomer) : ILogStore, ILogReport
{
    private readonly List<StoreDisk> _groups = [];
    private ReplicaStore? _store;
    private ulong _starts;
    private ulong _directories;
    private bool _hasAppended;
    private bool _hasAppendedView;
    private long _appendedThrough;
    private long _syncedThrough;

    /// <summary>The disk under the store.</summary>
    public SimulatedDisk Disk { get; private set; } = new() { InterruptsEvery = interruptsEvery };

    /// <summary>The parts of its groups.</summary>
    public IReadOnlyList<StoreDisk> Groups => _groups;

    /// <summary>What is being done on it right now: where a power failure strikes.</summary>
    public DiskWork Doing { get; set; }

    /// <summary>The power fails at so many system calls after the next segment began to be given back; 0 for never.</summary>
    public int CrashAfterReleasing { get; set; }

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
    public int DeadSegments => _store!.DeadSegments;

    /// <inheritdoc/>
    public long SyncCount => Disk.SyncCount;

    /// <summary>The part of one more group; before the first opening.</summary>
    public StoreDisk AddGroup()
    {
        StoreDisk group = new(this, _groups.Count);
        _groups.Add(group);
        return group;
    }

    /// <summary>Reads everything back at the start of a life; what it tells of each group is durable.</summary>
    /// <exception cref="SimulatedPowerFailureException">The power fails meanwhile.</exception>
    public void Open()
    {
        // A power failure while the directory was created leaves one to be created again.
        if (!ReplicaStore.IsFormatted(Disk.OpenDirectory()))
            Create();
        AreLiesCertified = false;
        _hasAppended = _hasAppendedView = false;
        Doing = Disk.Names.Any(SnapshotDisk.IsDurable) ? DiskWork.OpeningWithSnapshot : DiskWork.Opening;
        _store = ReplicaStore.Open(Disk.OpenDirectory(), options, DrawStart());
        Doing = DiskWork.Other;
        foreach (StoreDisk group in _groups)
            group.OnOpened(_store.Groups[group.Index]);
        _syncedThrough = Disk.Operations;
    }

    /// <summary>Puts another directory in the place of this one. Only while no process runs.</summary>
    /// <param name="directory">What is there from now on, and belongs to this object alone.</param>
    public void Replace(SimulatedDisk directory)
    {
        Disk = directory;
        Disk.InterruptsEvery = interruptsEvery;
    }

    /// <inheritdoc/>
    public void RememberPeer(int group, ReplicaId peer, PeerMemory memory) => _store!.RememberPeer(group, peer, memory);

    /// <inheritdoc/>
    public void RememberHeard(int group, IReadOnlyList<HeardMark> heard) => _store!.RememberHeard(group, heard);

    /// <inheritdoc/>
    public void Append(IReadOnlyList<LogBatch> batches)
    {
        foreach (StoreDisk group in _groups)
            group.OnAppending(batches[group.Index]);
        int lies = Disk.LyingSyncs;
        _store!.Append(batches);
        IEnumerable<Record> records = batches.SelectMany(static batch => batch.Records);
        _hasAppended |= records.Any(static record => record.Kind != RecordKind.Views);
        _hasAppendedView |= records.Any(static record => record.Kind == RecordKind.Views);
        _appendedThrough = Disk.Operations;
        AreLiesCertified &= Disk.LyingSyncs == lies;
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void Prepare() => _store!.Prepare();

    /// <inheritdoc/>
    public bool TryRelease(IReadOnlyList<Slot> inSnapshots)
    {
        foreach (StoreDisk group in _groups)
            group.OnReleasing?.Invoke(inSnapshots[group.Index]);
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
        foreach (StoreDisk group in _groups)
            group.OnReleased?.Invoke();
        return true;
    }

    /// <inheritdoc/>
    public void ShrinkDead()
    {
        Doing = DiskWork.Releasing;
        _store!.ShrinkDead();
        Doing = DiskWork.Other;
    }

    /// <inheritdoc/>
    public void Certify(IReadOnlyList<LogBatch> batches)
    {
        foreach (StoreDisk group in _groups)
            group.OnCertifying(batches[group.Index].Decided);
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

    /// <summary>Another one for each start, whichever directory it is made on.</summary>
    private Guid DrawStart()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, SplitMix64.Fold(seed, ++_starts));
        BitConverter.TryWriteBytes(bytes[8..], SplitMix64.Fold(seed ^ _starts, (ulong)replica.Index));
        return new Guid(bytes);
    }

    private void Create()
    {
        ReplicaIdentity identity = new()
        {
            Cluster = Guid.Empty,
            Group = ReplicaSetting.Group,
            Replica = replica,
            ReplicaCount = replicaCount,
            MembersHash = 1,
            IsNewcomer = isNewcomer,
            Identity = SplitMix64.Fold(seed + _directories++, (ulong)replica.Index) | 1,
        };
        ReplicaStore.Create(Disk.OpenDirectory(), [.. _groups.Select(group => identity with { Group = new GroupId(ReplicaSetting.Group.Number + group.Index) })], options);
    }
}
