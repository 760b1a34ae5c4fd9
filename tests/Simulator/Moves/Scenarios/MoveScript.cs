using System.Text;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Simulator.Scenarios;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Shards 1, 2 … in configuration 1, and what is asked and told of them, in a line each. Nothing happens by chance, and nothing by itself: drivers act only while time passes. All checks of the random runs
/// watch here too; <see cref="Expect"/> notes what did not come true as a violation called SCN.
/// </summary>
internal sealed class MoveScript
{
    private const int Points = 16;

    // Milliseconds of log time for which a request may run, unless a script says otherwise.
    private const long Lifetime = 60_000;

    // What people and drivers tell by hand goes in a session of each group, as the product's drivers have it, which no client of a script has.
    private static readonly UInt128 _firstTold = (UInt128)1 << 100;

    private readonly Dictionary<(SessionId Session, SequenceNumber Sequence), ClientOperation> _operations = [];
    private readonly Dictionary<GroupId, long> _told = [];
    private long _alone;

    /// <summary>Shards that have adopted configuration 1.</summary>
    /// <param name="shards">How many.</param>
    /// <param name="options">What is other than usual; null for nothing.</param>
    public MoveScript(int shards = 2, Func<MoveOptions, MoveOptions>? options = null)
    {
        MoveOptions usual = new() { Seed = 1, Clients = 0, CommandsPerEntry = 1, Log = Scenario.DefaultLog, IsLogFull = true };
        World = new MoveWorld(options is null ? usual : options(usual));
        World.Network.IsCalm = true;
        Ask(new AddShardsCommand([.. Enumerable.Range(1, shards).Select(static number => Describe(number))]).Encode());
        for (int number = 1; number <= shards; number++)
        {
            World.AddShard(new GroupId(number));
            Adopt(number);
        }

        Arcs = [.. Latest.ArcsOf(new GroupId(1)).Take(3).Select(static arc => arc.Number)];
        Staying = Latest.ArcsOf(new GroupId(1))[3].Number;
    }

    /// <summary>The cluster.</summary>
    public MoveWorld World { get; }

    /// <summary>Three arcs of shard 1: those that move.</summary>
    public IReadOnlyList<int> Arcs { get; }

    /// <summary>An arc of shard 1 that stays.</summary>
    public int Staying { get; }

    /// <summary>The latest configuration of the masters.</summary>
    public Configuration Latest => World.Checks.Placement.Latest;

    /// <summary>What was found wrong.</summary>
    public IReadOnlyList<Violation> Violations => World.Violations.Violations;

    /// <summary>A shard as people describe it.</summary>
    public static NewShard Describe(int number) => new(new GroupId(number), Points, [MoveWorld.AddressOf(new GroupId(number))]);

    /// <summary>A key in one of the arcs that move; another one for each number.</summary>
    public string Moving(int number) => ArcNames.In(Arcs[number % Arcs.Count], number / Arcs.Count);

    /// <summary>A key in the arc that stays.</summary>
    public string Still(int number) => ArcNames.In(Staying, number);

    /// <summary>A shard.</summary>
    public GroupLog Shard(int number) => (GroupLog)World.Shard(new GroupId(number));

    /// <summary>How far a job is; null when there is none of this number.</summary>
    public JobStep? StepOf(long job) => GroupReads.Jobs(World.Masters.State, job) is { Count: > 0 } jobs ? jobs[0].Step : null;

    /// <summary>Asks the masters for something, which they have to take.</summary>
    public JobResult Ask(byte[] command)
    {
        ClientReply reply = Tell((GroupLog)World.Masters, command);
        if (reply.Status == ReplyStatus.Ok)
            return JobResult.Decode(reply.Payload.Span);
        Expect(isSo: false, $"the masters take what they are asked for: {Encoding.UTF8.GetString(reply.Payload.Span)}");
        return new JobResult(0, JobStep.Failed, 0);
    }

    /// <summary>Tells a group something, as a driver or a person does.</summary>
    public ClientReply Tell(GroupLog group, byte[] command)
    {
        SequenceNumber next = new(_told[group.Group] = _told.GetValueOrDefault(group.Group) + 1);
        SessionId session = new(_firstTold + (UInt128)group.Group.Number);
        return group.Execute(new ClientRequest(session, next, SequenceNumber.None, next, command) { Expiry = group.LogTimeNow + Lifetime })[0];
    }

    /// <summary>A shard adopts the configuration behind its own.</summary>
    public void Adopt(int shard)
    {
        long next = World.Checks.Serving.MovesOf(Shard(shard)).Configuration + 1;
        Configuration configuration = World.Checks.Placement.Find(next) ?? throw new InvalidOperationException($"the masters have not made configuration {next}");
        ClientReply reply = Tell(Shard(shard), new AdoptConfigurationCommand(configuration.Encode()).Encode());
        Expect(reply.Status == ReplyStatus.Ok, $"shard {shard} adopts configuration {next}: {Encoding.UTF8.GetString(reply.Payload.Span)}");
    }

    /// <summary>A request of a client, as it would be sent to a shard now.</summary>
    /// <param name="shard">Whose log time it goes by.</param>
    /// <param name="session">The session.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="command">The command, encoded.</param>
    /// <param name="previous">The request before it on its arc that has no result yet; 0 for none.</param>
    /// <param name="acknowledgedBelow">The mark.</param>
    /// <param name="lifetime">For how long it may run, milliseconds.</param>
    public ClientRequest Request(int shard, long session, long sequence, byte[] command, long previous = 0, long acknowledgedBelow = 1, long lifetime = Lifetime) =>
        new(new SessionId((UInt128)session), new SequenceNumber(sequence), new SequenceNumber(previous), new SequenceNumber(acknowledgedBelow), command) { Expiry = Shard(shard).LogTimeNow + lifetime };

    /// <summary>A copy of a request of a client is executed.</summary>
    public ClientReply Run(int shard, ClientRequest request)
    {
        if (!_operations.TryGetValue((request.Session, request.Sequence), out ClientOperation? operation))
        {
            operation = new ClientOperation((int)request.Session.Number, life: 0, request.Sequence.Number, request.Command.ToArray());
            _operations.Add((request.Session, request.Sequence), operation);
            World.Checks.Executions.OnSent(operation, request);
        }

        return Shard(shard).Execute(request)[0];
    }

    /// <summary>Appends to a key, in a session of its own.</summary>
    public ReplyStatus Append(int shard, string key, string text) => Run(shard, Request(shard, 1_000_000 + ++_alone, 1, Appending(key, text))).Status;

    /// <summary>Deletes a key, in a session of its own.</summary>
    public ReplyStatus Delete(int shard, string key) => Run(shard, Request(shard, 1_000_000 + ++_alone, 1, KeyCommand.Delete(Encoding.UTF8.GetBytes(key)).Encode())).Status;

    /// <summary>Sends a message to a room, in a session of its own.</summary>
    public ReplyStatus Say(int shard, string room, string text) => Run(shard, Request(shard, 1_000_000 + ++_alone, 1, new SendMessageCommand(room, "client", text).Encode())).Status;

    /// <summary>The command that appends to a key.</summary>
    public static byte[] Appending(string key, string text) => KeyCommand.Append(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)).Encode();

    /// <summary>The clock of a shard jumps ahead.</summary>
    public void Jump(int shard, long milliseconds) => Shard(shard).ClockAhead += milliseconds;

    /// <summary>A shard goes on from a snapshot of itself.</summary>
    public void Restart(int shard)
    {
        GroupLog log = Shard(shard);
        log.BeginFollower();
        while (!log.FeedFollower())
        {
            // Piece by piece.
        }

        log.FollowerLeads();
    }

    /// <summary>Lets time pass, in which drivers act.</summary>
    /// <param name="seconds">How long, at most.</param>
    /// <param name="what">What is waited for.</param>
    /// <param name="isSo">Whether it is so.</param>
    public void Await(int seconds, string what, Func<bool> isSo)
    {
        World.Run(seconds * 1_000_000L, isSo);
        Expect(isSo(), what);
    }

    /// <summary>Notes what did not come true.</summary>
    public void Expect(bool isSo, string what)
    {
        if (!isSo)
            World.Violations.Report("SCN", $"not so: {what}");
    }
}
