using System.Net;
using NLog;
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
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Groups;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node;

/// <summary>
/// One replica as it runs: the store with its log thread, and one loop for the core with its driver, the links to peers and the connections
/// of clients. It ends when it is asked to, and for good when its disk fails or an invariant breaks; the group goes on.
/// </summary>
public sealed class ReplicaHost : IAsyncDisposable
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(10);

    private readonly ReplicaNodeOptions _options;
    private readonly Listener _listener;
    private readonly ReplicaStore _store;
    private readonly EventLoop _loop;
    private readonly Inbox _inbox;
    private readonly WakeSignal _logWork;
    private readonly LogQueue _queue;
    private readonly PeerSet _peers;
    private readonly GroupLinks _groups;
    private readonly IncomingConnections _incoming;
    private readonly Greeting _greeting;
    private readonly ReplicaHealth _health;
    private readonly StatusAnswer _status;
    private readonly ReplicaDriver _driver;
    private readonly LogThread _logThread;
    private readonly WakeSignal _snapshotWork;
    private readonly SnapshotQueue _snapshots;
    private readonly SnapshotThread _snapshotThread;
    private readonly ConnectionWatch _watch = new(TimeProvider.System);
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ReplicaHost(ReplicaNodeOptions options, Listener listener, ReplicaStore store)
    {
        _options = options;
        _listener = listener;
        _store = store;
        int spin = (int)options.Spin.TotalMicroseconds;
        _loop = new EventLoop(spin);
        _inbox = new Inbox(_loop.Wake);
        _logWork = new WakeSignal(spin);
        _queue = new LogQueue(options.Limits.Log, () => _driver!.OnLogWork());
        _snapshotWork = new WakeSignal(spinMicroseconds: 0);
        _snapshots = new SnapshotQueue(_snapshotWork.Set);
        _snapshotThread = new SnapshotThread(new SnapshotScheduler(store.Snapshots, _snapshots, _inbox.Post), store.Snapshots, _snapshotWork);
        GroupOptions group = options.ToGroupOptions(store.Identity);
        IStateMachine machine = options.Machine();
        ReplicaCard self = ReplicaCard.Of(store.Identity, store.Recovered, ExecutionRules.HashOf(group, machine));
        ReplicaCore core = new(group, store.Recovered with { SnapshotPieces = PiecesReadAhead.Of(store.Recovered.SnapshotPieces) }, machine);
        CurrentMembers members = new(self, options.Members.Addresses);
        members.Update(core.Members);
        FrameFaults faults = new(options.Faults);
        PeerBook book = new(self, store.Identity, members);
        _greeting = new Greeting(self, book, RememberAsync);
        SharedTransport shared = new(self, options.Limits, _greeting, _watch, _loop, _inbox, faults, _draining.Token);
        ClientTable clients = new();
        _peers = new PeerSet(shared);
        _groups = new GroupLinks(shared, _stopping.Token);
        _incoming = new IncomingConnections(shared, clients, _peers);
        _health = new ReplicaHealth(options.Self, options.Members.Count);
        LogScheduler scheduler = new(store, _queue, book.TakeHeard, options.Limits.Log);
        _logThread = new LogThread(store, _queue, scheduler, _inbox.PostSynced, options.Limits, _watch.Clock, TimeProvider.System, _logWork) { OnFull = _snapshots.WantSpace };
        KillSwitch killSwitch = new(options.Faults);
        DriverOutlet outlet = new(members, self, _peers, clients, _groups, faults, killSwitch);
        _status = new StatusAnswer(options.Self, options.Members.Addresses, _logThread);
        StepTimes steps = new(options.Self, TimeProvider.System, static () => ThreadTime.Now);
        ReplicaEngine engine = new(core, _queue, _snapshots, outlet, _status) { Watcher = OnStep };
        _driver = new ReplicaDriver(engine, _inbox, outlet, _health, steps, new TickClock(TimeProvider.System, options.Tick), WrongClock.Of(TimeProvider.System, options.Faults)) { Log = _logThread };
        LogBeginning();
        store.ForgetRecovered();
        Completion = Task.Run(RunAsync);

        void OnStep(Effects effects)
        {
            steps.End();
            killSwitch.OnStep(effects.Decisions, core.Role == ReplicaRole.Primary);
        }
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>The number of its cluster, as its data directory has it.</summary>
    public Guid Cluster => _store.Identity.Cluster;

    /// <summary>The replicas of its group, as it was started with them.</summary>
    public MemberList Members => _options.Members;

    /// <summary>It was the primary and took requests when its driver looked last. Costs nothing to ask; any thread.</summary>
    public bool IsServing => _health.IsServing;

    /// <summary>From now on its status says what the gateway of the process has under way. Any thread.</summary>
    /// <param name="ask">Tells it, ascending by shard; asked by the driver's thread, which waits for it.</param>
    public void Report(Func<IReadOnlyList<ShardRequests>> ask) => _status.Report(ask);

    /// <summary>Ends when the replica has ended, with the reason; everything is closed then.</summary>
    public Task<NodeOutcome> Completion { get; }

    /// <summary>Starts a replica.</summary>
    /// <param name="options">What it has to know.</param>
    /// <param name="listener">Where it listens, when the caller has opened that already; taken over. Null to listen as the options say.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be listened on.</exception>
    /// <exception cref="DataDirectoryException">The data directory is not what the options need: emptied, or not empty.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    /// <exception cref="ForeignDataDirectoryException">It belongs to another cluster, group or replica.</exception>
    /// <exception cref="Core.Snapshots.OtherRulesException">Its snapshot was made under other rules.</exception>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    /// <exception cref="DiskFullException">No space is left.</exception>
    public static Task<ReplicaHost> StartAsync(ReplicaNodeOptions options, Listener? listener = null) =>
        StartAsync(options, listener, static opened => StoreOpener.Open(opened));

    /// <summary>As the other one, with a store of the caller's.</summary>
    internal static async Task<ReplicaHost> StartAsync(ReplicaNodeOptions options, Listener? listener, Func<ReplicaNodeOptions, ReplicaStore> openStore)
    {
        options.Validate();
        listener ??= await Listener.BindAsync(options.Listen ?? options.Members[options.Self]);
        ReplicaStore? store = null;
        try
        {
            store = openStore(options);
            return new ReplicaHost(options, listener, store);
        }
        catch
        {
            store?.Dispose();
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Ends it in good order: no new requests, a moment to answer the open ones, then a certified log.</summary>
    public Task<NodeOutcome> StopAsync()
    {
        _stopAsked.TrySetResult();
        return Completion;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private void LogBeginning() => _log.Info(
        "{Replica} of {Members} listens on {EndPoint}, data in {Directory}, start {Incarnation}, snapshot of slot {Snapshot}, decided slot {Decided}",
        _options.Self, _options.Members, EndPoint, _options.DataDirectory, _store.Identity.Incarnation, _store.Recovered.Snapshot.Slot.Number, _store.Recovered.Decided.Number);

    private async Task<NodeOutcome> RunAsync()
    {
        Task log = DedicatedThread.RunAsync("log", _logThread.Run);
        Task snapshots = DedicatedThread.RunAsync("snapshots", _snapshotThread.Run);
        Task loop = DedicatedThread.RunAsync("loop", () => _loop.Run(_driver));
        Task accepting = Task.Run(() => _incoming.RunAsync(_listener, _stopping.Token));
        Task watching = Task.Run(() => _watch.RunAsync(_stopping.Token));
        _peers.Start(_stopping.Token);

        await Task.WhenAny(log, snapshots, loop, _driver.Ended, accepting, watching, _stopAsked.Task, _greeting.Disowned);
        if (_stopAsked.Task.IsCompleted && !_greeting.Disowned.IsCompleted)
            await DrainAsync();
        _logThread.Stop();
        NodeOutcome? driverFailure = await EndDriverAsync(loop);
        NodeOutcome? transportFailure = await EndTransportAsync(accepting, watching);
        _loop.Stop();
        NodeOutcome? loopFailure = await FailureOfAsync(loop);
        _queue.Close();
        _snapshots.Close();
        NodeOutcome? logFailure = await FailureOfAsync(log);
        NodeOutcome? snapshotFailure = await FailureOfAsync(snapshots);
        _queue.Abandon();
        NodeOutcome outcome = logFailure ?? snapshotFailure ?? driverFailure ?? loopFailure ?? transportFailure ?? await OrdinaryEndAsync();
        Release();
        _log.Info("{Replica} has ended: {Outcome}", _options.Self, outcome.Detail);
        return outcome;
    }

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

    private async Task<NodeOutcome> OrdinaryEndAsync()
    {
        if (!_greeting.Disowned.IsCompleted)
            return new NodeOutcome(StopReason.Requested, "stopped as asked");
        HelloRefusal refusal = await _greeting.Disowned;
        StopReason reason = refusal.Code == RefusalCode.Replaced ? StopReason.Replaced : StopReason.Disowned;
        return new NodeOutcome(reason, $"{_options.DataDirectory}: {refusal.Reason}");
    }

    private async Task<NodeOutcome?> EndDriverAsync(Task loop)
    {
        _listener.Dispose();
        _driver.Stop();
        _loop.Wake();
        await Task.WhenAny(loop, _driver.Ended);
        NodeOutcome? failure = _driver.Ended.IsCompleted ? await FailureOfAsync(_driver.Ended) : null;
        _inbox.Close();
        return failure ?? (_driver.Halt is { } reason ? new NodeOutcome(StopReason.InvariantBroken, reason) : null);
    }

    /// <summary>Nothing is accepted any more when the connections are closed, so that none is left over.</summary>
    private async Task<NodeOutcome?> EndTransportAsync(Task accepting, Task watching)
    {
        await _stopping.CancelAsync();
        NodeOutcome? failure = await FailureOfAsync(Task.WhenAll(accepting, watching));
        return await FailureOfAsync(Task.WhenAll(_incoming.CloseAllAsync(CloseReasons.Stopping), _peers.Completion, _groups.Completion)) ?? failure;
    }

    /// <summary>Requests that were taken are answered before the end, as far as that takes no longer than a moment.</summary>
    private async Task DrainAsync()
    {
        await _draining.CancelAsync();

        // Looks are counted instead of time: so the moment does not pass while the process does not run.
        double looks = _options.Limits.Drain / _look;
        do
        {
            await Task.Delay(_look);
        }
        while (!_health.IsSettled && --looks > 0);
    }

    private async Task<NodeOutcome?> FailureOfAsync(Task part)
    {
        try
        {
            await part;
            return null;
        }
        catch (StorageFailedException failure) when (failure.IsSystemLimit)
        {
            return new NodeOutcome(StopReason.LimitReached, failure.Message);
        }
        catch (OutOfMemoryException failure)
        {
            return new NodeOutcome(StopReason.LimitReached, failure.Message);
        }
        catch (StorageFailedException failure)
        {
            return new NodeOutcome(StopReason.StorageFailed, failure.Message);
        }
        catch (DiskFullException failure)
        {
            return new NodeOutcome(StopReason.DiskFull, failure.Message);
        }
        catch (Exception failure)
        {
            _log.Fatal(failure, "A part of {Replica} ended by an exception", _options.Self);
            return new NodeOutcome(StopReason.InvariantBroken, failure.Message);
        }
    }

    private void Release()
    {
        _store.Dispose();
        _peers.Dispose();
        _greeting.Dispose();
        _loop.Dispose();
        _logWork.Dispose();
        _snapshotWork.Dispose();
        _draining.Dispose();
        _stopping.Dispose();
    }
}
