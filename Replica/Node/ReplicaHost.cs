using System.Net;
using System.Runtime.CompilerServices;
using NLog;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Loop;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Replica.Node.Transport;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Groups;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Sharing;
using PaxosShard.Wire;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node;

/// <summary>
/// What a process runs: the replica of one group, or one of each of several groups, which share the store with its log thread, the listener, and one loop for all cores and connections.
/// It ends when it is asked to, and for good when its disk fails, an invariant breaks, or others disown it; the groups go on without it.
/// </summary>
public sealed class ReplicaHost : IAsyncDisposable
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(ReplicaHost));
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(10);

    private readonly ReplicaNodeOptions _options;
    private readonly Listener _listener;
    private readonly ReplicaStore _store;
    private readonly EventLoop _loop;
    private readonly WakeSignal _logWork;
    private readonly LogThread _logThread;
    private readonly LogRound _logRound;
    private readonly HostedReplica[] _replicas;
    private readonly ConnectionSharing? _sharing;
    private readonly IncomingConnections _incoming;
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
        _logWork = new WakeSignal(spin);
        _sharing = store.Groups.Count > 1 ? new ConnectionSharing((ulong)Random.Shared.NextInt64()) : null;
        HostParts parts = new(_loop, _watch, new HostedGroups(), _sharing, new ThreadClock(TimeProvider.System, static () => ThreadTime.Now), _draining.Token, _stopping.Token);
        LogBeginning();
        _replicas = [.. store.Groups.Select(group => new HostedReplica(options, options.SetupOf(group.Identity.Group), group, parts))];
        LogGroup[] logs = [.. _replicas.Select(static replica => replica.Log)];
        LogScheduler scheduler = new(store, logs, options.Limits.Log);
        _logThread = new LogThread(
            store, [.. logs.Select(static log => log.Queue)], scheduler, [.. _replicas.Select(static replica => replica.OnSynced)], options.Limits, _watch.Clock, TimeProvider.System, _logWork)
        {
            OnFull = () => Array.ForEach(_replicas, static replica => replica.OnFull()),
        };
        _logRound = new LogRound(_logThread, () => Array.TrueForAll(_replicas, static replica => replica.Driver.IsIdle) && !_loop.HasReady);
        foreach (HostedReplica replica in _replicas)
            replica.Connect(_logThread, _logRound);
        _incoming = new IncomingConnections([.. _replicas.Select(static replica => replica.Door)]);

        // What was read from the disk has come to stay: it is moved to where it stays now, and not in a step for which clients wait.
        GC.Collect(generation: 1);
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Where it listens, for all its groups.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>The replica of each group, ascending by group; one, unless it was started with several.</summary>
    public IReadOnlyList<HostedReplica> Replicas => _replicas;

    /// <summary>Ends when the replicas have ended, with the reason; everything is closed then.</summary>
    public Task<NodeOutcome> Completion { get; }

    /// <summary>Starts the replicas of a process.</summary>
    /// <param name="options">What it has to know.</param>
    /// <param name="listener">Where it listens, when the caller has opened that already; taken over. Null to listen as the options say.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be listened on.</exception>
    /// <exception cref="DataDirectoryException">The data directory is not what the options need: emptied, or not empty.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    /// <exception cref="ForeignDataDirectoryException">It belongs to another cluster, group or replica.</exception>
    /// <exception cref="Core.Snapshots.OtherRulesException">A snapshot was made under other rules.</exception>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    /// <exception cref="DiskFullException">No space is left.</exception>
    public static Task<ReplicaHost> StartAsync(ReplicaNodeOptions options, Listener? listener = null) =>
        StartAsync(options, listener, static opened => StoreOpener.Open(opened, CallsOf(opened.Faults)));

    /// <summary>As the other one, with a store of the caller's.</summary>
    internal static async Task<ReplicaHost> StartAsync(ReplicaNodeOptions options, Listener? listener, Func<ReplicaNodeOptions, ReplicaStore> openStore)
    {
        options.Validate();
        listener ??= await Listener.BindAsync(options.Listen ?? options.Members[options.Self]);
        ReplicaStore? store = null;
        try
        {
            // A program that was compiled ahead as a whole has nothing to gain.
            if (RuntimeFeature.IsDynamicCodeCompiled)
                _ = Task.Run(() => Rehearse(options.Groups[0]));
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

    private static CrashingCalls? CallsOf(FaultOptions faults)
    {
        CrashSteps steps = new(faults, KillSwitch.KillSelf);
        return steps.IsOff ? null : new CrashingCalls(SystemCalls.Instance, steps);
    }

    // Beside the reading of what the disk has; nobody waits for it, and without it everything works.
    private static void Rehearse(GroupSetup group)
    {
        try
        {
            if (!Rehearsal.Run(group.Machine, new RehearsedRequests(group.Group).All))
                _log.Warn("the rehearsal of a group in memory did not come to its end: the first election, snapshot and move of arcs take longer");
        }
        catch (Exception failure)
        {
            _log.Warn(failure, "the rehearsal of a group in memory has failed: the first election, snapshot and move of arcs take longer");
        }
    }

    private void LogBeginning()
    {
        _log.Info(
            "{Replica} of {Members} listens on {EndPoint}, data in {Directory}, start {Incarnation}",
            _options.Self, _options.Members, EndPoint, _options.DataDirectory, _store.Groups[0].Identity.Incarnation);
        foreach (GroupStore group in _store.Groups)
            _log.Info("{Group} goes on from snapshot of slot {Snapshot}, decided slot {Decided}", group.Identity.Group, group.Recovered.Snapshot.Slot.Number, group.Recovered.Decided.Number);
    }

    private async Task<NodeOutcome> RunAsync()
    {
        Task log = DedicatedThread.RunAsync("log", _logThread.Run);
        Task snapshots = FirstFailureOfAsync(_replicas.Select(static replica => DedicatedThread.RunAsync("snapshots", replica.RunSnapshots)));
        Task loop = DedicatedThread.RunAsync("loop", () => _loop.Run(Works()));
        Task accepting = Task.Run(() => _incoming.RunAsync(_listener, _stopping.Token));
        Task watching = Task.Run(() => _watch.RunAsync(_stopping.Token));
        foreach (HostedReplica replica in _replicas)
            replica.Start(_stopping.Token);
        Task driver = Task.WhenAny(_replicas.Select(static replica => replica.Driver.Ended));
        Task<Task<HelloRefusal>> disowned = Task.WhenAny(_replicas.Select(static replica => replica.Disowned));

        await Task.WhenAny(log, snapshots, loop, driver, accepting, watching, _stopAsked.Task, disowned);
        if (_stopAsked.Task.IsCompleted && !disowned.IsCompleted)
            await DrainAsync();
        _logThread.Stop();
        NodeOutcome? driverFailure = await EndDriversAsync(loop);
        NodeOutcome? transportFailure = await EndTransportAsync(accepting, watching);
        _loop.Stop();
        NodeOutcome? loopFailure = await FailureOfAsync(loop);
        Array.ForEach(_replicas, static replica => replica.CloseQueues());
        NodeOutcome? logFailure = await FailureOfAsync(log);
        NodeOutcome? snapshotFailure = await FailureOfAsync(snapshots);
        Array.ForEach(_replicas, static replica => replica.AbandonQueue());
        NodeOutcome outcome = logFailure ?? snapshotFailure ?? driverFailure ?? loopFailure ?? transportFailure ?? await OrdinaryEndAsync(disowned);
        Release();
        _log.Info("{Replica} has ended: {Outcome}", _options.Self, outcome.Detail);
        return outcome;
    }

    // What all replicas have for other processes leaves before the log is synced.
    private LoopWorks Works()
    {
        List<ILoopWork> parts = [.. _replicas.Select(static replica => replica.Driver)];
        if (_sharing is not null)
            parts.Add(_sharing.Routes);
        parts.Add(_logRound);
        return new LoopWorks(parts);
    }

    /// <summary>Ends when all have ended, or as soon as one has failed.</summary>
    private static async Task FirstFailureOfAsync(IEnumerable<Task> parts)
    {
        List<Task> left = [.. parts];
        while (left.Count > 0)
        {
            Task done = await Task.WhenAny(left);
            await done;
            left.Remove(done);
        }
    }

    private async Task<NodeOutcome> OrdinaryEndAsync(Task<Task<HelloRefusal>> disowned)
    {
        if (!disowned.IsCompleted)
            return new NodeOutcome(StopReason.Requested, "stopped as asked");
        HelloRefusal refusal = await await disowned;
        StopReason reason = refusal.Code == RefusalCode.Replaced ? StopReason.Replaced : StopReason.Disowned;
        return new NodeOutcome(reason, $"{_options.DataDirectory}: {refusal.Reason}");
    }

    private async Task<NodeOutcome?> EndDriversAsync(Task loop)
    {
        _listener.Dispose();
        foreach (HostedReplica replica in _replicas)
            replica.Driver.Stop();
        _loop.Wake();
        await Task.WhenAny(loop, Task.WhenAll(_replicas.Select(static replica => replica.Driver.Ended)));
        NodeOutcome? failure = null;
        foreach (HostedReplica replica in _replicas)
        {
            if (replica.Driver.Ended.IsCompleted)
                failure ??= await FailureOfAsync(replica.Driver.Ended);
            if (replica.Driver.Halt is { } reason)
                failure ??= new NodeOutcome(StopReason.InvariantBroken, reason);
            replica.CloseInbox();
        }

        return failure;
    }

    /// <summary>Nothing is accepted any more when the connections are closed, so that none is left over.</summary>
    private async Task<NodeOutcome?> EndTransportAsync(Task accepting, Task watching)
    {
        await _stopping.CancelAsync();
        NodeOutcome? failure = await FailureOfAsync(Task.WhenAll(accepting, watching));
        Task peers = Task.WhenAll(_replicas.Select(static replica => replica.LinksEnded));
        return await FailureOfAsync(Task.WhenAll(_incoming.CloseAllAsync(CloseReasons.Stopping), peers)) ?? failure;
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
        while (!Array.TrueForAll(_replicas, static replica => replica.IsSettled) && --looks > 0);
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
        Array.ForEach(_replicas, static replica => replica.Dispose());
        _loop.Dispose();
        _logWork.Dispose();
        _draining.Dispose();
        _stopping.Dispose();
    }
}

/// <summary>What the replicas of a host share.</summary>
/// <param name="Loop">The thread that waits for all sockets, and on which all cores run.</param>
/// <param name="Watch">The deadlines.</param>
/// <param name="Groups">The groups, as they ask each other.</param>
/// <param name="Sharing">How they share connections to other processes; null when there is one group.</param>
/// <param name="Processor">The processor time of the loop's thread.</param>
/// <param name="Draining">Cancelled when no more requests are taken, because the host is about to stop.</param>
/// <param name="Stopping">Cancelled when the host stops.</param>
internal sealed record HostParts(EventLoop Loop, ConnectionWatch Watch, HostedGroups Groups, ConnectionSharing? Sharing, ThreadClock Processor, CancellationToken Draining, CancellationToken Stopping);
