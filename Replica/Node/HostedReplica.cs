using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Loop;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Replica.Node.Transport;
using PaxosShard.Replica.Node.Transport.Clients;
using PaxosShard.Replica.Node.Transport.Groups;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Node;

/// <summary>
/// The replica of one group in a <see cref="ReplicaHost"/>: its core with its driver, its snapshots, its peers and its clients. The loop, the listener, the log and its thread are those of the host, which it
/// shares with the replicas of other groups.
/// </summary>
public sealed class HostedReplica : IDisposable
{
    private readonly ReplicaNodeOptions _options;
    private readonly GroupStore _store;
    private readonly EventLoop _loop;
    private readonly Inbox _inbox;
    private readonly LogQueue _queue;
    private readonly PeerBook _book;
    private readonly Greeting _greeting;
    private readonly PeerSet _peers;
    private readonly GroupLinks _groups;
    private readonly ReplicaHealth _health;
    private readonly ReplicaCore _core;
    private readonly CurrentMembers _members;
    private readonly WakeSignal _snapshotWork = new(spinMicroseconds: 0);
    private readonly SnapshotQueue _snapshots;
    private readonly SnapshotThread _snapshotThread;
    private readonly ReplicaCard _card;
    private readonly ClientTable _clients = new();
    private readonly FrameFaults _faults;
    private readonly RequestCopies _requests = new();
    private readonly ThreadClock _processor;
    private ReplicaDriver? _driver;
    private LogRound? _logRound;
    private StatusAnswer? _status;

    /// <summary>Goes on from what the disk remembers; nothing runs before <see cref="Connect"/> and <see cref="Start"/>.</summary>
    internal HostedReplica(ReplicaNodeOptions options, GroupSetup setup, GroupStore store, HostParts parts)
    {
        _options = options;
        _store = store;
        _loop = parts.Loop;
        _processor = parts.Processor;
        _inbox = new Inbox(_loop.Wake);
        _queue = new LogQueue(options.Limits.Log, () => _logRound!.OnWork());
        _snapshots = new SnapshotQueue(_snapshotWork.Set);
        _snapshotThread = new SnapshotThread(new SnapshotScheduler(store.Snapshots, _snapshots, _inbox.Post), store.Snapshots, _snapshotWork);
        GroupOptions group = options.ToGroupOptions(store.Identity);
        IStateMachine machine = setup.Machine();
        _card = ReplicaCard.Of(store.Identity, store.Recovered, ExecutionRules.HashOf(group, machine));
        _core = new ReplicaCore(group, store.Recovered with { SnapshotPieces = PiecesReadAhead.Of(store.Recovered.SnapshotPieces) }, machine);
        _members = new CurrentMembers(_card, options.Members.Addresses);
        _members.Update(_core.Members);
        _faults = new FrameFaults(options.Faults);
        _book = new PeerBook(_card, store.Identity, _members);
        _greeting = new Greeting(_card, _book, RememberAsync);
        SharedTransport shared = new(_card, options.Limits, _greeting, parts.Watch, _loop, _inbox, _faults, _requests, parts.Sharing, parts.Draining);
        _peers = new PeerSet(shared);
        parts.Groups.Add(setup.Group, options.Members[options.Self], _inbox);
        _groups = new GroupLinks(shared, parts.Groups, TimeProvider.System, parts.Stopping);
        _health = new ReplicaHealth(options.Self, options.Members.Count, options.Groups.Count > 1 ? setup.Group : GroupId.None);
        Door = new GroupDoor(shared, _clients, _peers);
        Log = new LogGroup(_queue, _book.TakeHeard, () => _inbox.Post(Input.SnapshotNeeded()));
    }

    /// <summary>Its group.</summary>
    public GroupId Group => _store.Identity.Group;

    /// <summary>The number of its cluster, as its data directory has it.</summary>
    public Guid Cluster => _store.Identity.Cluster;

    /// <summary>The replicas of its group, as it was started with them.</summary>
    public MemberList Members => _options.Members;

    /// <summary>It was the primary and took requests when its driver looked last. Costs nothing to ask; any thread.</summary>
    public bool IsServing => _health.IsServing;

    /// <summary>Everything it accepted is decided: nothing is under way. Any thread.</summary>
    internal bool IsSettled => _health.IsSettled;

    /// <summary>The way in.</summary>
    internal GroupDoor Door { get; }

    /// <summary>What of it goes to the log.</summary>
    internal LogGroup Log { get; }

    /// <summary>Told that its records are durable.</summary>
    internal Action<RecordNumber> OnSynced => _inbox.PostSynced;

    /// <summary>The log has no space: what its snapshots take up without need is given back.</summary>
    internal Action OnFull => _snapshots.WantSpace;

    /// <summary>Its part of each turn of the loop.</summary>
    internal ReplicaDriver Driver => _driver!;

    /// <summary>Ends when it turns out that this data directory is not the one that others have met, or that this replica was replaced, with the reason.</summary>
    internal Task<HelloRefusal> Disowned => _greeting.Disowned;

    /// <summary>The body of the thread of its snapshots.</summary>
    internal Action RunSnapshots => _snapshotThread.Run;

    /// <summary>Ends when the token given to <see cref="Start"/> is cancelled and all links are closed.</summary>
    internal Task LinksEnded => Task.WhenAll(_peers.Completion, _groups.Completion);

    /// <summary>From now on its status says what the gateway of the process has under way. Any thread.</summary>
    /// <param name="ask">Tells it, ascending by shard; asked by the driver's thread, which waits for it.</param>
    public void Report(Func<IReadOnlyList<ShardRequests>> ask) => _status!.Report(ask);

    /// <summary>Closes what is its own.</summary>
    public void Dispose()
    {
        _peers.Dispose();
        _greeting.Dispose();
        _snapshotWork.Dispose();
    }

    /// <summary>Gives it the log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="round">What the loop does for it.</param>
    internal void Connect(LogThread log, LogRound round)
    {
        _logRound = round;
        KillSwitch killSwitch = new(_options.Faults);
        DriverOutlet outlet = new(_members, _card, _peers, _clients, _groups, _faults, killSwitch);
        LogMemory logMemory = new(RecycledArrays.CollectInBackground);
        StepTimes steps = new(_options.Self, TimeProvider.System, _processor);
        _status = new StatusAnswer(_options.Self, _options.Members.Addresses, log);
        ReplicaEngine engine = new(_core, _queue, _snapshots, outlet, _status) { Watcher = OnStep };
        _driver = new ReplicaDriver(engine, _inbox, outlet, _health, steps, new TickClock(TimeProvider.System, _options.Tick), WrongClock.Of(TimeProvider.System, _options.Faults))
        {
            Log = round,
            Requests = _requests,
        };
        _store.ForgetRecovered();

        void OnStep(Effects effects)
        {
            steps.End();
            logMemory.Observe(_core.Occupancy.LogBytes);
            killSwitch.OnStep(effects.Decisions, _core.Role == ReplicaRole.Primary);
        }
    }

    /// <summary>Calls its peers, until the token is cancelled.</summary>
    internal void Start(CancellationToken stopping) => _peers.Start(stopping);

    /// <summary>Nothing more is put in: its driver has ended.</summary>
    internal void CloseInbox() => _inbox.Close();

    /// <summary>Nothing more is written.</summary>
    internal void CloseQueues()
    {
        _queue.Close();
        _snapshots.Close();
    }

    /// <summary>Nothing more reaches the disk.</summary>
    internal void AbandonQueue() => _queue.Abandon();

    /// <summary>Has a peer remembered; the task ends when that is durable, and is cancelled when the log ends before.</summary>
    private Task RememberAsync(ReplicaId peer, PeerMemory memory)
    {
        TaskCompletionSource remembered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Remember(peer, memory, isDurable =>
        {
            if (isDurable)
                remembered.TrySetResult();
            else
                remembered.TrySetCanceled();
        });
        return remembered.Task;
    }
}
