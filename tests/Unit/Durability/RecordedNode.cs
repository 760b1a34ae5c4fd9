using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Tests.Unit.Storage;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Time;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Durability;

/// <summary>
/// The real driver, log thread, store, engine and core of one replica of three, on a <see cref="RecordedDisk"/>. Their two threads are played by
/// one: the log thread works, and before and after each of its system calls the driver makes a turn. That is every order that matters. Where the driver may
/// sync by itself, it does so whenever the log thread is not at work.
/// </summary>
internal sealed class RecordedNode : IDriverLog, IDisposable
{
    private readonly ReplicaId _self;
    private readonly ReplicaIdentity _identity;
    private readonly string _root;
    private readonly bool _syncsHere;
    private readonly StoppedTime _time = new();
    private IReadOnlyList<HeardMark> _heard = [];
    private ReplicaStore? _store;
    private Inbox? _inbox;
    private WakeSignal? _work;
    private LogQueue? _queue;
    private LogThread? _log;
    private ReplicaDriver? _driver;
    private LogRound? _round;
    private ReplicaCore? _core;
    private bool _isDriverAtWork;
    private bool _isLogAtWork;

    /// <summary>A replica that does not run yet.</summary>
    /// <param name="root">A directory of its own, removed in the end.</param>
    /// <param name="self">Which one it is.</param>
    /// <param name="syncsHere">Its driver syncs by itself where it may.</param>
    public RecordedNode(string root, int self, bool syncsHere = false)
    {
        _root = root;
        _syncsHere = syncsHere;
        _self = new ReplicaId(self);
        _identity = Identity with { Replica = _self };
        Disk = new RecordedDisk(root);
        Left = new WhatLeaves(Disk);
    }

    public RecordedDisk Disk { get; }

    public WhatLeaves Left { get; }

    /// <summary>What ended it; null while it runs.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>How often the driver has synced.</summary>
    public int SyncsHere { get; private set; }

    /// <summary>What the core knows to be decided.</summary>
    public Slot Decided => _core!.Decided;

    /// <summary>The core stopped because of an invariant.</summary>
    public string? Halt => _driver?.Halt;

    /// <summary>Makes the data directory and starts.</summary>
    public void Create()
    {
        Guard(() => ReplicaStore.Create(Disk.OpenDirectory(), _identity, Small));
        Start();
    }

    /// <summary>Starts; after a run it is a start after kill -9.</summary>
    public void Start()
    {
        Release();
        Guard(() => _store = ReplicaStore.Open(Disk.OpenDirectory(), Small, Guid.NewGuid()));
        if (Failure is not null)
            return;
        _inbox = new Inbox(static () => { });
        NodeLimits limits = new() { Log = new LogLimits { FullPause = TimeSpan.Zero } };
        _work = new WakeSignal(spinMicroseconds: 0);
        _queue = new LogQueue(limits.Log, () => _round?.OnWork());
        LogScheduler scheduler = new(_store!, [new LogGroup(_queue, TakeHeard, static () => { })], limits.Log);
        _log = new LogThread(_store!, [_queue], scheduler, [_inbox.PostSynced], limits, new RunningClock(_time.Milliseconds(), ConnectionWatch.Pauses), _time, _work);
        _core = new ReplicaCore(new GroupOptions { ReplicaCount = 3, Self = _self }, _store!.Recovered, new ShardMachine());
        ReplicaEngine engine = new(_core, _queue, new SnapshotQueue(static () => { }), Left, new StatusAnswer(_self, [], _log));
        _round = new LogRound(this, () => _driver!.IsIdle);
        _driver = new ReplicaDriver(engine, _inbox, Left, new ReplicaHealth(_self, 3, GroupId.None), new StepTimes(_self, _time, new ThreadClock(_time, static () => TimeSpan.Zero)), new TickClock(_time, TimeSpan.FromMilliseconds(5)), _time) { Log = _round };
        Disk.Around = Turn;
        Tick();
    }

    /// <summary>A peer says something, and everything that follows from it happens.</summary>
    public void Hear(int from, Message message)
    {
        _inbox?.Post(Input.FromPeer(new ReplicaId(from), message));
        Settle();
    }

    /// <summary>A peer is there.</summary>
    public void Connect(int peer)
    {
        _inbox?.Post(Input.PeerConnected(new ReplicaId(peer)));
        Settle();
    }

    /// <summary>A client asks.</summary>
    public void Ask(ClientRequest request)
    {
        _inbox?.Post(Input.FromClient(new ClientHandle(1), request));
        Settle();
    }

    /// <summary>A tick is due, and everything that follows from it happens.</summary>
    public void Tick()
    {
        _time.Pass(TimeSpan.FromMilliseconds(5));
        Settle();
    }

    /// <summary>Time passes while something else is under way, such as a call of the disk.</summary>
    public void Pass(TimeSpan time) => _time.Pass(time);

    /// <summary>Nothing happens for a while: the log certifies itself.</summary>
    public void Rest()
    {
        for (int tick = 0; tick < 4; tick++)
            Tick();
    }

    /// <summary>A greeting has a start of a peer remembered.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="start">The start.</param>
    /// <param name="done">Told whether it is durable.</param>
    public void Remember(int peer, ulong start, Action<bool> done)
    {
        _queue?.Remember(new ReplicaId(peer), MemoryOf(start), done);
        Settle();
    }

    /// <summary>What was heard of a peer's promises and votes is to be remembered, some time.</summary>
    public void NoteHeard(int peer, ulong start, long promised)
    {
        _heard = [new HeardMark(new ReplicaId(peer), MemoryOf(start).Start, new View(promised), Slot.Zero)];
        _time.Pass(TimeSpan.FromSeconds(2));
        Settle();
    }

    /// <summary>Ends in good order.</summary>
    public void Stop()
    {
        _queue?.Close();
        Settle();
    }

    public void Dispose()
    {
        Release();
        Directory.Delete(_root, recursive: true);
    }

    /// <inheritdoc/>
    bool IDriverLog.TrySyncHere()
    {
        bool isSynced = _syncsHere && !_isLogAtWork && _log!.TrySyncHere();
        SyncsHere += isSynced ? 1 : 0;
        return isSynced;
    }

    /// <inheritdoc/>
    void IDriverLog.Wake()
    {
        // The log thread looks by itself, in each round.
    }

    /// <summary>Driver and log thread work until neither has anything to do.</summary>
    private void Settle()
    {
        for (int turn = 0; turn < 3; turn++)
        {
            Turn();
            if (Failure is null && _log is { } log)
                Guard(() => WorkOff(log));
        }
    }

    private void WorkOff(LogThread log)
    {
        _isLogAtWork = true;
        try
        {
            while (log.Step() is not (LogAction.None or LogAction.Ended))
            {
                // One action after the other, as in the thread.
            }
        }
        finally
        {
            _isLogAtWork = false;
        }
    }

    // While the driver syncs there is nobody who could make a turn.
    private void Turn()
    {
        if (_isDriverAtWork || _driver is not { } driver)
            return;
        _isDriverAtWork = true;
        driver.Turn();
        _round!.Turn();
        _isDriverAtWork = false;
    }

    private void Guard(Action action)
    {
        if (Failure is not null)
            return;
        try
        {
            action();
        }
        catch (Exception failure) when (failure is StorageFailedException or DiskFullException or DataDirectoryException)
        {
            Failure = failure;
        }
    }

    private static PeerMemory MemoryOf(ulong start) =>
        new(Identity: 7, new StartMark(start, new Guid((int)start, 0, 0, new byte[8])), View.None, Slot.Zero, default);

    private IReadOnlyList<HeardMark> TakeHeard()
    {
        (IReadOnlyList<HeardMark> heard, _heard) = (_heard, []);
        return heard;
    }

    private void Release()
    {
        Disk.Around = null;
        _store?.Dispose();
        _work?.Dispose();
        (_store, _inbox, _work, _queue, _log, _driver) = (null, null, null, null, null, null);
    }
}
