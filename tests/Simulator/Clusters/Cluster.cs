using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Clusters;

/// <summary>A simulated group with its clients, its network, its disks and its checkers, in one thread and in virtual time.</summary>
public sealed class Cluster
{
    private readonly SimulatedReplica[] _replicas;
    private readonly SimulatedClient[] _clients;

    /// <summary>A group in which nothing runs yet.</summary>
    public Cluster(ClusterOptions options)
    {
        Options = options;
        Checks = new ClusterChecks(Queue, options.CoreOf(0), options.Rooms, options.Keys, options.StateBytes, options.Retention);
        Checks.WatchBounds(options.CoreOf(0), options.TimingsOf(0).Tick);
        INetworkEndpoint[] endpoints = new INetworkEndpoint[options.ReplicaCount + options.Clients.Count];
        Network = new SimulatedNetwork(Queue, RandomStream.Named(options.Seed, "network"), options.Network, endpoints);
        Log = options.Log is null ? null : new RunLog(Queue, options.Log, options.IsLogFull);
        _replicas = new SimulatedReplica[options.ReplicaCount];
        for (int index = 0; index < _replicas.Length; index++)
            endpoints[index] = _replicas[index] = MakeReplica(index);
        _clients = new SimulatedClient[options.Clients.Count];
        for (int index = 0; index < _clients.Length; index++)
            endpoints[options.ReplicaCount + index] = _clients[index] = MakeClient(index);
    }

    /// <summary>What it is made of.</summary>
    public ClusterOptions Options { get; }

    /// <summary>Virtual time.</summary>
    public EventQueue Queue { get; } = new();

    /// <summary>The network.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>The checkers.</summary>
    public ClusterChecks Checks { get; }

    /// <summary>The digest of the run.</summary>
    public TraceHash Trace { get; } = new();

    /// <summary>The log of the run; null when nobody reads it.</summary>
    public RunLog? Log { get; }

    /// <summary>The replicas.</summary>
    public IReadOnlyList<SimulatedReplica> Replicas => _replicas;

    /// <summary>The clients.</summary>
    public IReadOnlyList<SimulatedClient> Clients => _clients;

    /// <summary>Operations of clients that ended well.</summary>
    public long Completed
    {
        get
        {
            long completed = 0;
            foreach (SimulatedClient client in _clients)
                completed += client.Completed;
            return completed;
        }
    }

    /// <summary>Lets a tap decide over every frame between replicas from now on.</summary>
    public void SetTap(IFrameTap? tap)
    {
        foreach (SimulatedReplica replica in _replicas)
            replica.Setting.Tap = tap;
    }

    /// <summary>Gives replies to clients that have no connection to somebody.</summary>
    public void SetReplySink(Action<ClientHandle, ClientReply> sink)
    {
        foreach (SimulatedReplica replica in _replicas)
            replica.Setting.ReplySink = sink;
    }

    /// <summary>Starts all replicas and clients.</summary>
    public void StartAll()
    {
        foreach (SimulatedReplica replica in _replicas)
            replica.Start();
        foreach (SimulatedClient client in _clients)
            client.Start();
    }

    /// <summary>Lets the next event happen.</summary>
    public void RunOne()
    {
        ScheduledEvent next = Queue.Take();
        Trace.Add(next);
        next.Target.OnEvent(next);
    }

    /// <summary>Runs until a time, or until an invariant is broken.</summary>
    /// <param name="time">Virtual microseconds since the beginning.</param>
    public void RunUntil(long time)
    {
        while (Queue.NextTime <= time && !Checks.Violations.IsBroken)
            RunOne();
        if (!Checks.Violations.IsBroken)
            Queue.AdvanceTo(time);
    }

    private SimulatedReplica MakeReplica(int index) => new(new ReplicaSetting(
        Queue,
        Network,
        Checks,
        Trace,
        RandomStream.Named(Options.Seed, "replica", index),
        Options.CoreOf(index),
        Options.TimingsOf(index),
        new StoreDisk(new ReplicaId(index), Options.ReplicaCount, Options.Store, Options.Seed, Options.InterruptsEvery))
    {
        Log = Log,
        Limits = Options.Limits,
        StateBytes = Options.StateBytes,
        Retention = Options.Retention,
    });

    private SimulatedClient MakeClient(int index) => new(new ClientSetting(
        Queue,
        Network,
        Checks,
        RandomStream.Named(Options.Seed, "client", index),
        Options.Clients[index],
        index,
        Options.ReplicaCount)
    {
        Log = Log,
    });
}
