using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>
/// A scripted run: nothing happens by chance, a message takes a millisecond, a sync half of one, a tick is five, a primary is
/// suspected after 150. All the checkers of the random runs watch here too. Verbs return the scenario, so that a script
/// reads like a story; <see cref="Expect"/> notes what did not come true as a violation called SCN.
/// </summary>
public sealed partial class Scenario
{
    private readonly FrameRules _rules = new();
    private readonly LinkBlocks _blocks;
    private readonly NamedValues _values;

    /// <summary>A group in which nothing runs yet.</summary>
    /// <param name="replicas">1, 3, 5 or 7.</param>
    /// <param name="core">Options of the cores that differ from the usual ones.</param>
    /// <param name="difference">Options of single replicas that differ from those of the others.</param>
    /// <param name="stateBytes">Most bytes of the state that the machines take.</param>
    /// <param name="store">Sizes of the logs on the disks; null for the usual ones.</param>
    /// <param name="newcomers">Machines that may come for members that are replaced.</param>
    public Scenario(
        int replicas = 3,
        Func<GroupOptions, GroupOptions>? core = null,
        Func<int, GroupOptions, GroupOptions>? difference = null,
        long stateBytes = ShardMachine.DefaultStateBytes,
        StoreOptions? store = null,
        int newcomers = 0)
    {
        GroupOptions options = new() { ReplicaCount = replicas, Self = new ReplicaId(0) };
        ClusterOptions usual = new() { Seed = 1 };
        Cluster = new Cluster(usual with
        {
            ReplicaCount = replicas,
            Newcomers = newcomers,
            Core = core is null ? options : core(options),
            CoreDifference = difference,
            StateBytes = stateBytes,
            Store = store ?? usual.Store,
            Network = new NetworkOptions { MinimumDelay = 1_000, MeanExtraDelay = 0 },
            Timings = [new ReplicaTimings { SyncMinimum = 500, SyncMeanExtra = 0, Turn = 1, Input = 0 }],
            Log = DefaultLog,
            IsLogFull = true,
        });
        Cluster.SetTap(_rules);
        Cluster.SetReplySink(TakeReply);
        _blocks = new LinkBlocks(Cluster.Network);
        _values = new NamedValues(Cluster.Checks.Requests);
    }

    /// <summary>Where the logs of scenarios go; null for nowhere.</summary>
    public static TextWriter? DefaultLog { get; set; }

    /// <summary>The group.</summary>
    public Cluster Cluster { get; }

    /// <summary>Everything that was found wrong.</summary>
    public IReadOnlyList<Violation> Violations => Cluster.Checks.Violations.Violations;

    /// <summary>Something was found wrong: what follows in the script proves nothing any more.</summary>
    public bool IsBroken => Cluster.Checks.Violations.IsBroken;

    /// <summary>Every message that replicas sent to each other so far, also what was lost.</summary>
    public IReadOnlyList<HeldFrame> Sent => _rules.Sent;

    /// <summary>Writes a replica's disk before it is started for the first time.</summary>
    public Scenario Prepare(int replica, Action<PreparedDisk> describe)
    {
        PreparedDisk disk = new(_values);
        describe(disk);
        Cluster.Replicas[replica].PrepareDisk(disk.Records, disk.DecidedSlot);
        return this;
    }

    /// <summary>Spoils what the disk of a stopped replica holds for a slot, where it was written last.</summary>
    public Scenario RotSlot(int replica, long slot)
    {
        return Expect(Cluster.Replicas[replica].Disk.TryRotSlot(new Slot(slot)), $"slot {slot} of r{replica} can be spoilt");
    }

    /// <summary>Spoils the end of the log of a stopped replica so that nothing tells any more which slots stood there.</summary>
    public Scenario LoseEnd(int replica)
    {
        return Expect(Cluster.Replicas[replica].Disk.TryLoseEnd(), $"the end of the log of r{replica} can be lost");
    }

    /// <summary>Starts replicas; all of them when none is named.</summary>
    public Scenario Start(params int[] replicas)
    {
        foreach (int replica in replicas.Length == 0 ? Enumerable.Range(0, Cluster.Options.ReplicaCount) : replicas)
            Cluster.Replicas[replica].Start();
        return this;
    }

    /// <summary>Kills a process: its connections are closed, its unsynced writes stay in the page cache.</summary>
    public Scenario Kill(int replica)
    {
        Cluster.Replicas[replica].Kill();
        return this;
    }

    /// <summary>A machine loses power.</summary>
    public Scenario LosePower(int replica, Unsynced unsynced = Unsynced.Lost)
    {
        Cluster.Replicas[replica].LosePower(FateOf(unsynced));
        return this;
    }

    /// <summary>What decides over unsynced writes in one power failure: a random number that keeps (0) or loses (1); null for chance.</summary>
    public static Func<ulong>? FateOf(Unsynced unsynced) => unsynced switch
    {
        Unsynced.Lost => static () => 1,
        Unsynced.Kept => static () => 0,
        Unsynced.CutShort => FirstThenOthers(0, 1),
        Unsynced.Headless => FirstThenOthers(1, 0),
        _ => null,
    };

    /// <summary>All machines lose power at once.</summary>
    public Scenario LosePowerEverywhere(Unsynced unsynced = Unsynced.Lost)
    {
        for (int replica = 0; replica < Cluster.Options.ReplicaCount; replica++)
            LosePower(replica, unsynced);
        return this;
    }

    /// <summary>What the checkers are going to say of something that the script breaks on purpose is no finding.</summary>
    /// <param name="invariant">Its name, for example S13.</param>
    /// <param name="start">How its text begins.</param>
    public Scenario Foresee(string invariant, string start = "")
    {
        Cluster.Checks.Violations.Foresee(invariant, start);
        return this;
    }

    /// <summary>Stops a process by a signal.</summary>
    public Scenario Pause(int replica)
    {
        Cluster.Replicas[replica].Pause();
        return this;
    }

    /// <summary>Lets a stopped process go on.</summary>
    public Scenario Resume(int replica)
    {
        Cluster.Replicas[replica].Resume();
        return this;
    }

    /// <summary>From now on the replica's syncs do not end.</summary>
    public Scenario HoldSyncs(int replica)
    {
        Cluster.Replicas[replica].HoldsSyncs = true;
        return this;
    }

    /// <summary>The syncs that were held end now.</summary>
    public Scenario ReleaseSyncs(int replica)
    {
        Cluster.Replicas[replica].HoldsSyncs = false;
        return this;
    }

    /// <summary>Breaks the connections between two replicas: what was under way is lost, and both are told.</summary>
    public Scenario BreakConnections(int first, int second)
    {
        Cluster.Network.Cut(first, second, firstIsTold: true, secondIsTold: true);
        return this;
    }

    /// <summary>Frames of a kind are lost from now on.</summary>
    /// <param name="kind">Their letter.</param>
    /// <param name="from">Their sender; null for any.</param>
    /// <param name="to">Their receiver; null for any.</param>
    /// <param name="where">Which of them; null for all.</param>
    public FrameRule Drop(MessageKind kind, int? from = null, int? to = null, Func<Message, bool>? where = null) =>
        Add(kind, from, to, where, isHolding: false);

    /// <summary>Frames of a kind are held back from now on.</summary>
    /// <param name="kind">Their letter.</param>
    /// <param name="from">Their sender; null for any.</param>
    /// <param name="to">Their receiver; null for any.</param>
    /// <param name="where">Which of them; null for all.</param>
    public FrameRule Hold(MessageKind kind, int? from = null, int? to = null, Func<Message, bool>? where = null) =>
        Add(kind, from, to, where, isHolding: true);

    /// <summary>Ends a rule; what it held stays held until it is delivered.</summary>
    public Scenario Stop(FrameRule rule)
    {
        rule.IsActive = false;
        return this;
    }

    /// <summary>Ends a rule and delivers what it held, in order.</summary>
    public Scenario Deliver(FrameRule rule)
    {
        rule.IsActive = false;
        foreach (HeldFrame frame in rule.HeldFrames)
            Deliver(frame.From, frame.To, frame.Message);
        rule.HeldFrames.Clear();
        return this;
    }

    /// <summary>Delivers a message that the sender may have sent long ago, through the codec.</summary>
    public Scenario Deliver(int from, int to, Message message)
    {
        Cluster.Replicas[to].Inject(from, FrameAssembler.PassThroughCodec(message));
        return this;
    }

    /// <summary>Asks a replica to have a named value decided.</summary>
    public Scenario Send(int replica, string value)
    {
        Cluster.Replicas[replica].Ask(Input.FromClient(new ClientHandle(long.MinValue), _values.RequestOf(value)));
        return this;
    }

    /// <summary>Lets the primary decide values until all running replicas have decided and executed this slot and no more.</summary>
    public Scenario DecideUpTo(long slot)
    {
        RunUntil("there is a primary", () => Primary() >= 0 && Decided(Primary()) > 0);
        for (long next = Primary() < 0 ? slot + 1 : Decided(Primary()) + 1; next <= slot; next++)
        {
            Send(Primary(), $"value {next}");
            RunUntil($"slot {next} is decided", () => AgreeUpTo(next));
        }

        return RunUntil($"all agree up to slot {slot}", () => AgreeUpTo(slot));
    }

    /// <summary>Somebody sent such a message since the beginning, whatever became of it.</summary>
    public bool HasSent<T>(int? from = null, Func<T, bool>? where = null, int? to = null)
        where T : Message => CountSent(from, where, to) > 0;

    /// <summary>How many such messages were sent since the beginning.</summary>
    public int CountSent<T>(int? from = null, Func<T, bool>? where = null, int? to = null)
        where T : Message => Sent.Count(frame => frame.Message is T message
            && (from is null || frame.From == from)
            && (to is null || frame.To == to)
            && (where is null || where(message)));

    /// <summary>A running replica's decided slot.</summary>
    public long Decided(int replica) => Core(replica).Decided.Number;

    /// <summary>A running replica's promised view.</summary>
    public long View(int replica) => Core(replica).View.Number;

    /// <summary>Lets time pass.</summary>
    public Scenario RunFor(int milliseconds)
    {
        Cluster.RunUntil(Cluster.Queue.Now + (milliseconds * 1000L));
        return this;
    }

    /// <summary>Lets time pass until something is so; it is an error when it never is.</summary>
    /// <param name="what">What is waited for, for the report.</param>
    /// <param name="isSo">Whether it is so.</param>
    /// <param name="milliseconds">The longest wait.</param>
    public Scenario RunUntil(string what, Func<bool> isSo, int milliseconds = 5_000)
    {
        long deadline = Cluster.Queue.Now + (milliseconds * 1000L);
        while (!isSo() && Cluster.Queue.NextTime <= deadline && !Cluster.Checks.Violations.IsBroken)
            Cluster.RunOne();
        return Expect(isSo(), $"within {milliseconds} ms: {what}");
    }

    /// <summary>Notes a violation when something is not so. After the first violation a scenario only goes through the motions.</summary>
    public Scenario Expect(bool isSo, string what)
    {
        if (!isSo && !Cluster.Checks.Violations.IsBroken)
            Cluster.Checks.Violations.Report("SCN", $"{what}; {Standing()}");
        return this;
    }

    /// <summary>The core of a running replica.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public ReplicaCore Core(int replica) =>
        Cluster.Replicas[replica].Core ?? throw new InvalidOperationException($"r{replica} does not run");

    /// <summary>The names of the values a running replica holds in a slot.</summary>
    public string ValueOf(int replica, long slot) => NamedValues.NameOf(Core(replica).Stored(new Slot(slot))?.Entry);

    /// <summary>The names of the values that were decided anywhere, by slot; "nothing" where nobody executed the slot.</summary>
    public string DecidedValueOf(int replica, long slot) =>
        Core(replica).Decided.Number >= slot ? ValueOf(replica, slot) : "nothing";

    /// <summary>What a running replica holds in a slot was first proposed in a view below one in which something in a slot before it was: it does nothing (rule 3).</summary>
    public bool IsDead(int replica, long slot)
    {
        long highest = -1;
        for (long before = 1; before < slot; before++)
            highest = Math.Max(highest, Core(replica).Stored(new Slot(before))?.Entry.FirstView.Number ?? -1);
        return Core(replica).Stored(new Slot(slot)) is { } own && own.Entry.FirstView.Number < highest;
    }

    /// <summary>The replica that serves as primary; -1 when none does.</summary>
    public int Primary()
    {
        for (int replica = 0; replica < Cluster.Replicas.Count; replica++)
        {
            if (Cluster.Replicas[replica].Core is { IsServing: true })
                return replica;
        }

        return -1;
    }

    /// <summary>All running replicas have decided and executed the same, and at least up to a slot.</summary>
    public bool AgreeUpTo(long slot)
    {
        ReplicaCore? first = null;
        foreach (SimulatedReplica replica in Cluster.Replicas)
        {
            if (replica.Core is not { } core)
                continue;
            first ??= core;
            if (core.Executed.Number < slot || core.Executed != first.Executed || core.StateHash != first.StateHash)
                return false;
        }

        return first is not null;
    }

    private static Func<ulong> FirstThenOthers(ulong first, ulong others)
    {
        bool isFirst = true;
        return () =>
        {
            ulong fate = isFirst ? first : others;
            isFirst = false;
            return fate;
        };
    }

    private FrameRule Add(MessageKind kind, int? from, int? to, Func<Message, bool>? where, bool isHolding)
    {
        FrameRule rule = new(from, to, message => message.Kind == kind && (where is null || where(message)), isHolding);
        _rules.Add(rule);
        return rule;
    }

    private string Standing()
    {
        string text = "";
        foreach (SimulatedReplica replica in Cluster.Replicas)
        {
            text += replica.Core is { } core
                ? $"r{replica.Index} {core.Role} {core.View} accepted {core.Accepted} decided {core.Decided}; "
                : $"r{replica.Index} down; ";
        }

        return text;
    }
}
