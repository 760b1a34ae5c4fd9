using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>
/// A machine with one replica on it: it has power or not, its process runs, is paused or is gone, and its disk outlives all that. Where groups share processes the replicas of several are on one machine
/// (<see cref="ShareWith"/>): whatever happens to its process, its power or its disk happens to all of them.
/// </summary>
/// <param name="setting">What it lives in.</param>
public sealed partial class SimulatedReplica(ReplicaSetting setting) : INetworkEndpoint, IEventTarget
{
    /// <summary>As in the product: longer than this no frame may be on its way, in virtual microseconds.</summary>
    public const long FrameGrace = 5_000_000;

    private const int Replay = 0;
    private const int StartAgain = 1;
    private const int EndAtPoint = 2;
    private ReplicaProcess? _process;
    private long _lives;
    private bool _holdsSyncs;
    private bool _holdsSnapshots;

    /// <summary>Which machine it is, and its address; a founder's is its place.</summary>
    public int Index => setting.Number;

    /// <summary>Its place in the group.</summary>
    public int Place => setting.Options.Self.Index;

    /// <summary>The identity of its directory; 0 before its first start.</summary>
    public ulong Identity { get; private set; }

    /// <inheritdoc/>
    public bool IsMachineUp { get; private set; } = true;

    /// <inheritdoc/>
    public bool IsListening => _process is not null;

    /// <inheritdoc/>
    public bool IsReading => _process is { IsPaused: false };

    /// <summary>Its process is there, paused or not, and has not stopped for good.</summary>
    public bool IsRunning => _process is { Halt: null };

    /// <summary>Its process is paused.</summary>
    public bool IsPaused => _process is { IsPaused: true };

    /// <summary>The core of the current life; null when there is none.</summary>
    public ReplicaCore? Core => _process?.Core;

    /// <summary>The machine of the current life; null when there is none.</summary>
    public ShardMachine? Machine => _process?.Machine;

    /// <summary>Work that the current life has in its hands; 0 when there is none.</summary>
    public long Backlog => _process?.Backlog ?? 0;

    /// <summary>Its disk.</summary>
    public StoreDisk Disk => setting.Disk;

    /// <summary>How often it was started.</summary>
    public long Lives => _lives;

    /// <summary>What it lives in.</summary>
    public ReplicaSetting Setting => setting;

    /// <summary>
    /// Its directory is not the one that its last life left: whatever it says is not to count with anybody, and the checkers do not
    /// look at what it does.
    /// </summary>
    public bool IsForgetful { get; private set; }

    /// <summary>Who watches it.</summary>
    public ClusterChecks Checks { get; private set; } = setting.Checks;

    /// <summary>Why another replica refused this one last, or why this one stopped; empty when that never happened.</summary>
    public string LastRefusal { get; private set; } = "";

    /// <summary>Its directory is gone or not its own any more: it counts with nobody, and is started only to be shut out.</summary>
    public bool IsLostForGood { get; set; }

    /// <summary>How many of the next starts lose power in the middle of recovery.</summary>
    public int RecoveryCrashes { get; set; }

    /// <summary>The process dies after its next sync of a promise and nothing else, and then this happens; null when it does not.</summary>
    public Action? DiesAfterPromise { get; set; }

    /// <summary>The process dies after its next successful sync, before it says anything that rests on it.</summary>
    public bool DiesAfterSync { get; set; }

    /// <summary>The syncs of this replica do not end until this is false again; for scripts.</summary>
    public bool HoldsSyncs
    {
        get => _holdsSyncs;
        set
        {
            _holdsSyncs = value;
            if (!value)
                _process?.ReleaseSync();
        }
    }

    /// <summary>The snapshot thread of this replica does nothing until this is false again; for scripts.</summary>
    public bool HoldsSnapshots
    {
        get => _holdsSnapshots;
        set
        {
            _holdsSnapshots = value;
            if (!value)
                _process?.ReleaseSnapshots();
        }
    }

    /// <summary>Gives a request to the core as if a client had sent it; for scripts.</summary>
    public void Ask(in Input request) => _process?.Post(request);

    /// <summary>Tells the core that a client is gone; for scripts.</summary>
    public void Post(in Input gone) => _process?.Post(gone);

    /// <summary>Does something on the disk; false when that could not be done: the process is over, or the disk is full.</summary>
    public bool TryOnDisk(Action<StoreDisk> action) => OnDisk(action) == DiskOutcome.Done;

    /// <summary>Does something on the disk. The process is over when the power failed or the disk did meanwhile.</summary>
    public DiskOutcome OnDisk(Action<StoreDisk> action)
    {
        try
        {
            action(setting.Disk);
            if (setting.Disk.Disk.Interruptions > 0)
                setting.Checks.Marks.Reach(Mark.CallInterrupted);
            return DiskOutcome.Done;
        }
        catch (DiskFullException)
        {
            setting.Checks.Marks.Reach(Mark.DiskFull);
            return DiskOutcome.Full;
        }
        catch (SimulatedPowerFailureException)
        {
            ReachCrash(setting.Disk.Store.Doing);
            if (!TryEndAtPoint())
                LosePower();
        }
        catch (StorageFailedException)
        {
            // A failed sync ends the process for good and is never tried again (rule 12); it may be started again later.
            setting.Checks.Marks.Reach(Mark.SyncFailed);
            if (_process is null)
                setting.Disk.Store.Kill();
            Kill();
        }

        return DiskOutcome.Over;
    }

    /// <summary>Dies if it is to die after a sync: killed or without power.</summary>
    public bool TryDieAfterSync()
    {
        if (DiesAfterPromise is { } then && setting.Disk.Store.IsNewestCertified)
        {
            DiesAfterPromise = null;
            Kill();
            then();
            return true;
        }

        if (!DiesAfterSync)
            return false;
        DiesAfterSync = false;
        setting.Checks.Marks.Reach(Mark.DiedAfterSync);
        if (setting.Random.Chance(1, 2))
            Kill();
        else
            LosePower();
        return true;
    }

    /// <summary>The process ends in good order, which certifies its log; false when it did not run or its disk prevented it.</summary>
    public bool StopInGoodOrder()
    {
        if (_process is not { IsPaused: false, Halt: null } process)
            return false;
        bool isCertified = TryOnDisk(_ => process.CloseLog());

        // A disk that is full then is not waited for: the process ends all the same.
        Kill();
        return isCertified;
    }

    /// <summary>The wall clock jumps by so many milliseconds: data on entries, nothing else (rule 8).</summary>
    public void JumpClock(long milliseconds) => setting.WallClockJump += milliseconds;

    /// <summary>Syncs take so many times as long from now on.</summary>
    public void SlowDown(long factor) => setting.DiskSlowness = factor;

    /// <summary>What was planned for the disk does not happen any more.</summary>
    public void CancelDiskFaults()
    {
        setting.Disk.Disk.CrashAtOperation = 0;
        setting.Disk.Store.CrashAfterReleasing = 0;
        setting.Disk.Snapshots.CrashAfterPublishing = 0;
        setting.Disk.Disk.FailingSyncs = 0;
        setting.Disk.Disk.LyingSyncs = 0;
        setting.Disk.Disk.ForgivesLies = true;
        setting.Disk.Disk.Budget = long.MaxValue;
        RecoveryCrashes = 0;
        DiesAfterSync = false;
        DiesAfterPromise = null;
    }

    /// <summary>Puts a message into the core as if it had come on a connection.</summary>
    /// <param name="from">The machine that has sent it; nothing comes of it when that one was replaced.</param>
    /// <param name="message">The message.</param>
    public void Inject(int from, Message message)
    {
        if (_process is { } process && process.ListensTo(from))
            process.Post(Input.FromPeer(new ReplicaId(setting.Checks.PlaceOf(from)), message));
    }

    /// <inheritdoc/>
    public void OnAccepted(ConnectionEnd end)
    {
        if (end.Other.Address < setting.Machines)
        {
            _process?.Introductions.Accept(end);
            return;
        }

        end.State = new FrameAssembler(ReplicaSetting.Group, Limits.FrameFromClient);
        _process?.OnClientAccepted(end);
    }

    /// <inheritdoc/>
    public void OnDialFailed(ConnectionEnd end) => _process?.OnOutgoingClosed(PlaceAt(end), wasUp: false);

    /// <inheritdoc/>
    public void OnClosed(ConnectionEnd end)
    {
        if (end.State is PeerConnection { IsOpen: true } && _process is not null)
            Checks.OnConnection(Index, PlaceAt(end), -1);
        if (end.State is not PeerConnection peer)
            _process?.OnClientClosed(end);
        else if (!peer.IsIncoming)
            _process?.OnOutgoingClosed(PlaceAt(end), wasUp: peer.IsOpen);
        else if (peer.IsOpen)
            _process?.OnIncomingClosed(PlaceAt(end));
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        if (scheduled.Kind == StartAgain)
            Start();
        if (scheduled.Kind == EndAtPoint)
            TryEndAtPoint();
        if (scheduled.Kind != Replay || _process is null || setting.Network.IsCalm)
            return;
        setting.Checks.Marks.Reach(Mark.FrameReplayed);
        Inject((int)scheduled.Argument, (Message)scheduled.Payload!);
    }

    private int PlaceAt(ConnectionEnd end) => setting.Checks.PlaceOf(end.Other.Address);

    private void WatchDisk()
    {
        setting.Disk.OnMark = (through, decided) => Checks.OnMark(Index, through, decided);
        setting.Disk.OnReleasing = inSnapshot => Checks.OnReleasing(Index, inSnapshot);
        setting.Disk.OnReleased = () => setting.Checks.Marks.Reach(Mark.SegmentReleased);
        setting.Disk.Snapshots.OnPublishing = mark => Checks.OnPublishing(Index, mark);
        setting.Disk.Snapshots.OnPublished = mark => Checks.OnPublished(Index, mark, setting.Disk.Snapshots);
    }

    private void ReachCrash(DiskWork work)
    {
        Mark? mark = work switch
        {
            DiskWork.WritingSnapshot => Mark.CrashWhileSnapshotIsWritten,
            DiskWork.PublishingSnapshot => Mark.CrashInPublishing,
            DiskWork.Releasing => Mark.CrashInReleasing,
            DiskWork.OpeningWithSnapshot => Mark.CrashInOpeningWithSnapshot,
            _ => null,
        };
        if (mark is { } reached)
            setting.Checks.Marks.Reach(reached);
        setting.Disk.Store.Doing = DiskWork.Other;
    }
}
