using PaxosShard.Replica.Core.Group;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Crashes;

/// <summary>
/// One run of a story in which one machine may be lost at any point, and comes back a moment later. Whatever it is lost at, the story goes on to its end: it asks whoever leads,
/// and asks again when that is another one.
/// </summary>
internal sealed class PointRun : IEventTarget
{
    private const long Millisecond = 1_000;
    private const long AskAgain = 50 * Millisecond;
    private const int LongestWait = 10_000;

    /// <summary>The power fails before one of so many calls of a start, another one in each run that was lost at a frame; a start that makes fewer comes through.</summary>
    private const long CallsOfAStart = 24;

    private readonly PointName? _name;
    private readonly ScriptedClient _client;
    private readonly List<string> _said = [];
    private SimulatedReplica? _machine;
    private (int Primary, long Life, long View, long Time) _asked;

    /// <summary>A run in which nothing has happened yet.</summary>
    /// <param name="name">Where the machine is lost; null: nowhere, the points are counted.</param>
    public PointRun(PointName? name)
    {
        _name = name;
        Scenario = new Scenario(core: InAFewPieces, store: Scenario.SmallSegments, newcomers: 1);
        _client = Scenario.NewClient();
        Point = new CrashPoint(name?.At ?? 0, name?.Unsynced is not null, Fate(name?.Unsynced)) { OnEnded = ComeBackLater };
    }

    /// <summary>The scripted run.</summary>
    public Scenario Scenario { get; }

    /// <summary>The points that were counted, and the one at which the machine was lost.</summary>
    public CrashPoint Point { get; }

    /// <summary>Something was found wrong.</summary>
    public bool IsBroken => Scenario.IsBroken;

    /// <summary>From now on the points of this machine are counted, and at one of them it is lost.</summary>
    public void Watch(SimulatedReplica machine)
    {
        _machine = machine;
        machine.Point = Point;
    }

    /// <summary>Lets whoever leads decide some more messages.</summary>
    public void Decide(int count)
    {
        for (; count > 0 && !IsBroken; count--)
        {
            string text = $"message {_said.Count + 1}";
            long number = _client.NextSend(text);
            _said.Add(text);
            Ask(number, $"{text} is sent");
            _client.AcknowledgedBelow = number + 1;
        }
    }

    /// <summary>Puts a newcomer in the place of a member that is lost.</summary>
    public void Replace(int newcomer)
    {
        Scenario.RunUntil($"r{newcomer} runs", () => Scenario.IsRunning(newcomer), LongestWait);
        if (!IsBroken)
            Ask(_client.NextReplacement(Scenario.ReplacementBy(newcomer, list: 0)), $"r{newcomer} is a member");
    }

    /// <summary>When these machines are equal no more points are counted. One more message is decided, all are read, and the machines are equal again.</summary>
    public void End(params int[] machines)
    {
        Scenario.RunUntil("all agree", () => Agree(machines), LongestWait);
        Point.IsOpen = false;
        Decide(1);
        Read();
        Scenario.RunUntil("all agree in the end", () => Agree(machines), LongestWait)
            .Expect(_name is null || Point.HasStruck, "the run came to its point")
            .Expect(Point.Count > 0, "there are points");
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        SimulatedReplica machine = _machine!;
        machine.Point = null;
        if (!Point.IsAtDisk)
            LosePowerInRecovery(machine);
        else
            DieInRecovery(machine);
        machine.Start();
    }

    private static GroupOptions InAFewPieces(GroupOptions options) => Scenario.ManySnapshots(options) with { SnapshotBytes = 1_000, SnapshotPieceBytes = 1_024 };

    private static Func<ulong>? Fate(Unsynced? unsynced) => unsynced is { } lost ? Scenario.FateOf(lost) : null;

    // Soon, so that the others hardly notice; when they have found another primary; or in between.
    private void ComeBackLater()
    {
        long pause = (_name!.At % 3) switch { 0 => 2, 1 => 20, _ => 80 };
        Scenario.Cluster.Queue.Schedule(Scenario.Cluster.Queue.Now + (pause * Millisecond), this, 0);
    }

    /// <summary>The page cache of a killed process shows what no sync has reached: the power fails at some call of the recovery, another one in each run.</summary>
    private void LosePowerInRecovery(SimulatedReplica machine)
    {
        machine.Point = new CrashPoint(1 + (_name!.At % CallsOfAStart), losesPower: true, Fate(Unsynced.Lost));
        machine.TryRecover();
        machine.Point = null;
    }

    /// <summary>
    /// The recovery ends in the same way as the first life did, before each of its calls, each time on a copy of what that life has left; and a start after that finds what the
    /// checkers want. With one of these disks, another one in each run, the machine goes on.
    /// </summary>
    private void DieInRecovery(SimulatedReplica machine)
    {
        SimulatedDisk left = machine.Disk.Disk;
        List<SimulatedDisk> diedTwice = [];
        while (!IsBroken)
        {
            machine.Disk.Store.Replace(left.Clone());
            machine.Point = new CrashPoint(diedTwice.Count + 1, Point.LosesPower, Fate(_name!.Unsynced));
            bool isThrough = machine.TryRecover();
            machine.Point = null;
            if (isThrough)
                break;
            diedTwice.Add(machine.Disk.Disk.Clone());
            Scenario.Expect(machine.TryRecover(), $"r{machine.Index} can be started after its recovery ended before call {diedTwice.Count}");
        }

        Scenario.Expect(diedTwice.Count > 0, "a recovery changes the disk");
        if (!IsBroken)
            machine.Disk.Store.Replace(diedTwice[(int)(_name!.At % diedTwice.Count)]);
    }

    private void Ask(long number, string what)
    {
        _asked = default;
        Scenario.RunUntil(
            what,
            () =>
            {
                if (IsTimeToAsk(out int primary))
                    _client.Send(primary, number);
                return _client.StatusOf(number) is ReplyStatus.Ok;
            },
            LongestWait);
    }

    private void Read()
    {
        long read = 0;
        _asked = default;
        Scenario.RunUntil(
            "the messages are read",
            () =>
            {
                if (IsTimeToAsk(out int primary))
                    read = _client.Read(primary);
                return _client.TextsOf(read) is not null;
            },
            LongestWait);
        if (!IsBroken)
            Scenario.Expect(_client.TextsOf(read)!.SequenceEqual(_said, StringComparer.Ordinal), "every message that was sent is there, once and in order");
    }

    /// <summary>Somebody leads who was not asked yet, or not for a while.</summary>
    private bool IsTimeToAsk(out int primary)
    {
        primary = Scenario.Primary();
        if (primary < 0)
            return false;
        long now = Scenario.Cluster.Queue.Now;
        (int Primary, long Life, long View) asked = (primary, Scenario.Cluster.Replicas[primary].Lives, Scenario.View(primary));
        if (asked == (_asked.Primary, _asked.Life, _asked.View) && now - _asked.Time < AskAgain)
            return false;
        _asked = (asked.Primary, asked.Life, asked.View, now);
        return true;
    }

    private bool Agree(int[] machines) => !Point.IsEnding
        && Scenario.AgreeOn(1, machines)
        && machines.All(machine => Scenario.Cluster.Replicas[machine].Core is { Votes: true });
}
