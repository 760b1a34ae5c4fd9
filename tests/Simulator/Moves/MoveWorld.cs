using PaxosShard.Hashing;
using PaxosShard.Master.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Moves.Bursts;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Simulator.Moves.Ordered;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves;

/// <summary>
/// A cluster whose arcs move: the masters and the shards, of which each is one log unless it is said otherwise, the product's drivers beside them, and clients; in one thread and in virtual time. What a group executes, and what its
/// drivers and clients decide, is the product's own code.
/// </summary>
internal sealed class MoveWorld
{
    private readonly SortedDictionary<int, SimulatedGroup> _shards = [];
    private readonly Dictionary<string, (SimulatedGroup Group, IGroupEndpoint End)> _byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<int, DriverSeat> _seats = [];
    private readonly List<MoveClient> _clients = [];
    private readonly List<BurstClient> _bursts = [];
    private readonly RandomStream _random;
    private readonly RunLog? _log;
    private JobSeat? _jobs;

    /// <summary>Masters without shards, and clients that have not begun.</summary>
    /// <param name="options">What it is made of.</param>
    public MoveWorld(MoveOptions options)
    {
        Options = options;
        Violations = new ViolationLog(Time.Queue);
        _log = options.Log is null ? null : new RunLog(Time.Queue, options.Log, options.IsLogFull);
        Checks = new MoveChecks(Violations, Marks, Trace) { Log = IsLogFull ? Note : null };
        Network = new MoveNetwork(Time, RandomStream.Named(options.Seed, "network"), options);
        Calls = new CallDesk(Time, Network);
        Post = new GroupPost(this);
        Held = new HeldEntries(this);
        _random = RandomStream.Named(options.Seed, "world");
        Masters = Add(GroupId.Masters, static () => new PlacementMachine());
        for (int number = 0; number < options.Clients; number++)
            _clients.Add(new MoveClient(number, this));
        BurstsSeen = new BurstHistory(Checks);
        for (int number = 0; number < options.BurstClients; number++)
            _bursts.Add(new BurstClient(number, this, BurstsSeen));
    }

    /// <summary>What it is made of.</summary>
    public MoveOptions Options { get; }

    /// <summary>Virtual time.</summary>
    public Timeline Time { get; } = new();

    /// <summary>What was reached.</summary>
    public MoveMarks Marks { get; } = new();

    /// <summary>The digest of the run.</summary>
    public TraceHash Trace { get; } = new();

    /// <summary>What was found.</summary>
    public ViolationLog Violations { get; }

    /// <summary>The checks.</summary>
    public MoveChecks Checks { get; }

    /// <summary>The network.</summary>
    public MoveNetwork Network { get; }

    /// <summary>Makes the calls of drivers and people.</summary>
    public CallDesk Calls { get; }

    /// <summary>The way from group to group.</summary>
    public GroupPost Post { get; }

    /// <summary>Holds entries of drivers.</summary>
    public HeldEntries Held { get; }

    /// <summary>The masters.</summary>
    public SimulatedGroup Masters { get; }

    /// <summary>How many requests for the arcs of a job that drains are under way beside the masters; null: that is drawn.</summary>
    public Func<long>? CountUnderWay { get; set; }

    /// <summary>The shards that there ever were, ascending.</summary>
    public IReadOnlyCollection<SimulatedGroup> Shards => _shards.Values;

    /// <summary>The masters and the shards.</summary>
    public IEnumerable<SimulatedGroup> Groups => [Masters, .. _shards.Values];

    /// <summary>The clients.</summary>
    public IReadOnlyList<MoveClient> Clients => _clients;

    /// <summary>The clients that issue bursts in ordered sessions.</summary>
    public IReadOnlyList<BurstClient> BurstClients => _bursts;

    /// <summary>What these saw.</summary>
    public BurstHistory BurstsSeen { get; }

    /// <summary>Requests are told of too.</summary>
    public bool IsLogFull => _log is { IsFull: true };

    /// <summary>The address of a group that is one log.</summary>
    public static string AddressOf(GroupId group) => group == GroupId.Masters ? "masters:1" : $"shard-{group.Number}:1";

    /// <summary>Writes a line into the log of the run.</summary>
    public void Note(string line) => _log?.Write(line);

    /// <summary>Lets time pass, until something is found.</summary>
    /// <param name="microseconds">How long.</param>
    /// <param name="isOver">It ends when this is so.</param>
    public void Run(long microseconds, Func<bool>? isOver = null) =>
        Time.RunUntil(Time.Now + microseconds, () => Violations.IsBroken || isOver?.Invoke() == true);

    /// <summary>A replica of a group leads: whoever drives there from now on, with nothing done yet.</summary>
    public IDrivingTerm NewTerm(SimulatedGroup group) => group == Masters ? new JobSeat(this) : new DriverSeat(this, group);

    /// <summary>Drivers and clients begin.</summary>
    public void Start()
    {
        if (Masters is GroupLog)
            (_jobs = new JobSeat(this)).Go();
        foreach (MoveClient client in _clients)
            client.Start();
        foreach (BurstClient client in _bursts)
            client.Start();
    }

    /// <summary>The group of a shard is there: an empty log, that was never heard of or is that of a shard that was to join before.</summary>
    public void AddShard(GroupId group)
    {
        if (_shards.ContainsKey(group.Number))
            return;
        SimulatedGroup added = Add(group, () => new ShardMachine(stateBytes: Options.StateBytes, group: group));
        _shards.Add(group.Number, added);
        if (added is GroupLog)
            Drive(added);
    }

    /// <summary>The group of a shard.</summary>
    public SimulatedGroup Shard(GroupId group) => _shards[group.Number];

    /// <summary>Arcs come to a group or go from it.</summary>
    public bool IsMoving(SimulatedGroup group) => group != Masters && Checks.Serving.MovesOf(group) is { } moves && moves.Incoming.Count + moves.Outgoing.Count > 0;

    /// <summary>The group that listens at these addresses; null for none.</summary>
    public SimulatedGroup? FindOne(IReadOnlyList<string> addresses) => addresses.Count > 0 ? _byAddress.GetValueOrDefault(addresses[0]).Group : null;

    /// <summary>Whoever listens at an address; null for nobody.</summary>
    public IGroupEndpoint? FindEnd(string address) => _byAddress.GetValueOrDefault(address).End;

    /// <summary>A copy of a request of a client turns up, with nobody who waits for the answer: where its arc is served now, or elsewhere.</summary>
    public void Repeat(ClientRequest request, OrderedRequest? ordered = null)
    {
        if (Network.IsCalm || _shards.Count == 0)
            return;
        SimulatedGroup[] shards = [.. _shards.Values];
        GroupId owner = Checks.Placement.Latest.OwnerOf(Arc.Of(CommandPart.NameIn(request.Command.Span)));
        SimulatedGroup group = _random.Chance(2, 3) && _shards.TryGetValue(owner.Number, out SimulatedGroup? present) ? present : shards[_random.Below(shards.Length)];
        Marks.Reach(MoveMark.LateCopy);
        if (ordered is null)
            group.Take(request, static _ => { });
        else
            group.Take(ordered, static _ => { });
    }

    /// <summary>Somebody listens at an address.</summary>
    public void Listen(string address, SimulatedGroup group, IGroupEndpoint end) => _byAddress.Add(address, (group, end));

    /// <summary>The connections of all clients to one end break.</summary>
    public void Break(IGroupEndpoint end)
    {
        foreach (MoveClient client in _clients)
            client.Break(end);
        foreach (BurstClient client in _bursts)
            client.Break(end);
    }

    private SimulatedGroup Add(GroupId group, Func<IStateMachine> machine)
    {
        if (Options.NewGroup is { } make)
            return make(this, group, machine);
        GroupSetting setting = new(group, AddressOf(group), machine(), Time, RandomStream.Named(Options.Seed, "group", group.Number), Checks)
        {
            Post = Post,
            ClockAhead = Options.ClocksAhead.GetValueOrDefault(group.Number),
            CommandsPerEntry = Options.CommandsPerEntry,
            PlacesEarly = Options.PlacesEarly,
            Sessions = group == GroupId.Masters ? MoveOptions.DefaultSessions : Options.Sessions,
        };
        GroupLog log = new(setting) { OnLost = OnLost };
        Listen(AddressOf(group), log, log);
        return log;
    }

    private void OnLost(GroupLog log)
    {
        Note($"{log.Group} has lost its primary; {log.View}{(log.IsUp ? "" : ", and is down")}");
        if (log == Masters)
            DriveJobs();
        else
            Drive(log);
        foreach (MoveClient client in _clients)
        {
            if (!log.IsUp || _random.Chance(1, 2))
                client.Break(log);
        }

        foreach (BurstClient client in _bursts)
            client.OnLost(log);
    }

    /// <summary>A new primary drives; the old one may go on for a while, until it has noticed that.</summary>
    private void Drive(SimulatedGroup log)
    {
        if (_seats.TryGetValue(log.Group.Number, out DriverSeat? old))
            Retire(old.Retire);
        DriverSeat seat = new(this, log);
        _seats[log.Group.Number] = seat;
        Time.After(_random.Below(50_000L) + 1, seat.Go);
    }

    private void DriveJobs()
    {
        if (_jobs is { } old)
            Retire(old.Retire);
        _jobs = new JobSeat(this);
        Time.After(_random.Below(50_000L) + 1, _jobs.Go);
    }

    private void Retire(Action retire)
    {
        if (Network.IsCalm || _random.Chance(1, 2))
        {
            retire();
            return;
        }

        Marks.Reach(MoveMark.TwoDrivers);
        Time.After(_random.Below(Options.LongestPast) + 1, retire);
    }
}
