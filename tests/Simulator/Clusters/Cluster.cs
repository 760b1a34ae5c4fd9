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
    private readonly List<SimulatedReplica> _replicas = [];
    private readonly SimulatedClient[] _clients;
    private readonly INetworkEndpoint[] _endpoints;
    private readonly int[] _newestIn;
    private IFrameTap? _tap;
    private Action<ClientHandle, ClientReply>? _replySink;
    private Action<SimulatedReplica, IReadOnlyList<GroupQuestion>, IReadOnlyList<GroupAnswer>>? _groupSink;

    /// <summary>A group in which nothing runs yet.</summary>
    public Cluster(ClusterOptions options)
    {
        Options = options;
        Queue = options.Shared?.Queue ?? new EventQueue();
        Trace = options.Shared?.Trace ?? new TraceHash();
        Checks = new ClusterChecks(Queue, options.CoreOf(0), options.Rooms, options.Keys, options.Kind, options.Newcomers, options.Judge, options.Shared?.Violations);
        if (options.Judge is null)
            Checks.WatchBounds(options.CoreOf(0), options.TimingsOf(0).Tick);
        int operators = options.Newcomers > 0 ? 1 : 0;
        _endpoints = new INetworkEndpoint[options.MachineCount + options.Clients.Count + operators];
        Network = new SimulatedNetwork(Queue, RandomStream.Named(options.Seed, "network"), options.Network, _endpoints);
        Log = options.Log is null ? null : new RunLog(Queue, options.Log, options.IsLogFull, options.Name);
        _newestIn = [.. Enumerable.Range(0, options.ReplicaCount)];
        for (int index = 0; index < options.ReplicaCount; index++)
            AddMachine(index, [.. Enumerable.Range(0, options.ReplicaCount)], isNewcomer: false);
        _clients = new SimulatedClient[options.Clients.Count];
        for (int index = 0; index < _clients.Length; index++)
            _endpoints[options.MachineCount + index] = _clients[index] = MakeClient(index);
        if (operators > 0)
            _endpoints[^1] = Operator = new Operator(SettingOf("operator", _clients.Length, new ClientOptions()));
    }

    /// <summary>What it is made of.</summary>
    public ClusterOptions Options { get; }

    /// <summary>Virtual time.</summary>
    public EventQueue Queue { get; }

    /// <summary>The network.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>The checkers.</summary>
    public ClusterChecks Checks { get; }

    /// <summary>The digest of the run.</summary>
    public TraceHash Trace { get; }

    /// <summary>The log of the run; null when nobody reads it.</summary>
    public RunLog? Log { get; }

    /// <summary>The machines, by number: the founders, and the newcomers so far.</summary>
    public IReadOnlyList<SimulatedReplica> Replicas => _replicas;

    /// <summary>The clients.</summary>
    public IReadOnlyList<SimulatedClient> Clients => _clients;

    /// <summary>Who replaces members; null in runs without newcomers.</summary>
    public Operator? Operator { get; }

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
        _tap = tap;
        foreach (SimulatedReplica replica in _replicas)
            replica.Setting.Tap = tap;
    }

    /// <summary>Gives replies to clients that have no connection to somebody.</summary>
    public void SetReplySink(Action<ClientHandle, ClientReply> sink)
    {
        _replySink = sink;
        foreach (SimulatedReplica replica in _replicas)
            replica.Setting.ReplySink = sink;
    }

    /// <summary>Gives what replicas ask and tell other groups to somebody.</summary>
    public void SetGroupSink(Action<SimulatedReplica, IReadOnlyList<GroupQuestion>, IReadOnlyList<GroupAnswer>> sink)
    {
        _groupSink = sink;
        foreach (SimulatedReplica replica in _replicas)
            replica.Setting.GroupSink = sink;
    }

    /// <summary>The newest machine in a place.</summary>
    public SimulatedReplica NewestIn(int place) => _replicas[_newestIn[place]];

    /// <summary>Adds a machine with an empty disk that is to replace the one in a place. It is not started.</summary>
    public SimulatedReplica AddNewcomer(int place)
    {
        // Its operator tells it the present members, with itself in its place.
        int[] members = [.. Checks.Lists.Newest.Machines];
        members[place] = _replicas.Count;
        return AddMachine(place, members, isNewcomer: true);
    }

    /// <summary>Starts all replicas and clients.</summary>
    public void StartAll()
    {
        foreach (SimulatedReplica replica in _replicas)
            replica.Start();
        foreach (SimulatedClient client in _clients)
            client.Start();
        Operator?.Start();
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

    private SimulatedReplica AddMachine(int place, IReadOnlyList<int> members, bool isNewcomer)
    {
        int number = _replicas.Count;
        SimulatedReplica machine = MakeReplica(place, number, members, isNewcomer);
        _replicas.Add(machine);
        _endpoints[number] = machine;
        _newestIn[place] = number;
        if (isNewcomer)
            Checks.OnNewcomer(number, place);
        return machine;
    }

    private SimulatedReplica MakeReplica(int place, int number, IReadOnlyList<int> members, bool isNewcomer) => new(new ReplicaSetting(
        Queue,
        Network,
        Checks,
        Trace,
        RandomStream.Named(Options.Seed, "replica", number),
        Options.CoreOf(place, number),
        Options.TimingsOf(number),
        DiskOf(place, number, isNewcomer))
    {
        Number = number,
        Machines = Options.MachineCount,
        Members = members,
        Tap = _tap,
        ReplySink = _replySink,
        GroupSink = _groupSink,
        Log = Log,
        Limits = Options.Limits,
        Kind = Options.Kind,
    });

    private StoreDisk DiskOf(int place, int number, bool isNewcomer) => Options.Shared?.DiskOf(place)
        ?? StoreDisk.Of(new ReplicaId(place), Options.ReplicaCount, Options.Store, Options.SeedOf(number), Options.InterruptsEvery, isNewcomer);

    private SimulatedClient MakeClient(int index) => new(SettingOf("client", index, Options.Clients[index]));

    private ClientSetting SettingOf(string name, int index, ClientOptions options) => new(
        Queue,
        Network,
        Checks,
        RandomStream.Named(Options.Seed, name, index),
        options,
        index,
        Options.ReplicaCount,
        Options.MachineCount)
    {
        Log = Log,
    };
}
