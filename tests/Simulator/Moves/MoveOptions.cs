using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Moves;

/// <summary>What a run of moves is made of. Times are virtual microseconds unless the name says otherwise.</summary>
internal sealed record MoveOptions
{
    /// <summary>Most sessions of a group, unless it is said otherwise: more than a run has.</summary>
    public const int DefaultSessions = 100_000;

    /// <summary>The seed of every stream of chance.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How long anything may happen.</summary>
    public long FaultyTime { get; init; } = 8_000_000;

    /// <summary>Shards at the beginning.</summary>
    public int Shards { get; init; } = 2;

    /// <summary>Clients.</summary>
    public int Clients { get; init; } = 3;

    /// <summary>Clients that issue bursts in ordered sessions, beside the others.</summary>
    public int BurstClients { get; init; }

    /// <summary>Operations of ordered sessions may get their places before their predecessors take effect.</summary>
    public bool PlacesEarly { get; init; }

    /// <summary>The arcs in which there is anything.</summary>
    public IReadOnlyList<int> Arcs { get; init; } = [];

    /// <summary>Keys in each arc that clients use.</summary>
    public int KeysPerArc { get; init; } = 2;

    /// <summary>Rooms in each arc that clients use.</summary>
    public int RoomsPerArc { get; init; } = 1;

    /// <summary>The arcs are full of keys from the beginning, so that nothing is copied or dropped in one part.</summary>
    public bool IsCrowded { get; init; }

    /// <summary>Of a thousand values, so many are as long as a piece.</summary>
    public int LargePerThousand { get; init; }

    /// <summary>Most bytes of the state of a shard.</summary>
    public long StateBytes { get; init; } = ShardMachine.DefaultStateBytes;

    /// <summary>Most sessions of a shard.</summary>
    public int Sessions { get; init; } = DefaultSessions;

    /// <summary>How long a request may run after it is first sent, milliseconds.</summary>
    public long Lifetime { get; init; } = 120_000;

    /// <summary>How long a client waits for a result, milliseconds; null: for ever.</summary>
    public long? Timeout { get; init; }

    /// <summary>The pause of a client between two calls, on average.</summary>
    public long ThinkTime { get; init; } = 20_000;

    /// <summary>Most calls of a client that are under way.</summary>
    public int Operations { get; init; } = 6;

    /// <summary>The pause between two jobs, on average; 0: nobody wants any.</summary>
    public long JobPause { get; init; } = 300_000;

    /// <summary>The pause between two faults, on average; 0: there are none.</summary>
    public long FaultPause { get; init; } = 300_000;

    /// <summary>The longest time for which a group is down.</summary>
    public long LongestOutage { get; init; } = 1_500_000;

    /// <summary>The longest time that a message takes.</summary>
    public long LongestDelay { get; init; } = 400_000;

    /// <summary>Of a thousand messages, so many take long.</summary>
    public int SlowPerThousand { get; init; } = 20;

    /// <summary>Of a thousand messages, so many are lost.</summary>
    public int LostPerThousand { get; init; } = 10;

    /// <summary>Of a thousand messages of drivers and people, so many arrive twice.</summary>
    public int DoubledPerThousand { get; init; } = 20;

    /// <summary>Of a thousand things that may come much later once more, so many do.</summary>
    public int LatePerThousand { get; init; } = 30;

    /// <summary>How late that is, at most.</summary>
    public long LongestLateness { get; init; } = 6_000_000;

    /// <summary>Of a thousand pieces of copies, so many are spoilt.</summary>
    public int SpoiltPerThousand { get; init; }

    /// <summary>Of a thousand entries that a primary is about to tell its group, so many are held: the primary is stopped, and the group down for a while.</summary>
    public int HeldPerThousand { get; init; }

    /// <summary>How long a primary of the past goes on driving, at most.</summary>
    public long LongestPast { get; init; } = 600_000;

    /// <summary>Messages on one connection do not overtake each other.</summary>
    public bool KeepsOrder { get; init; } = true;

    /// <summary>Most requests in one entry.</summary>
    public int CommandsPerEntry { get; init; } = 4;

    /// <summary>How far the clock of each shard is ahead, milliseconds, by the number of its group; 0 for those that are not in it.</summary>
    public IReadOnlyDictionary<int, long> ClocksAhead { get; init; } = new Dictionary<int, long>();

    /// <summary>Makes the groups: world, number, and what makes a machine of their kind. Null: each is one log.</summary>
    public Func<MoveWorld, GroupId, Func<IStateMachine>, SimulatedGroup>? NewGroup { get; init; }

    /// <summary>Where the log of the run goes; null for nowhere.</summary>
    public TextWriter? Log { get; init; }

    /// <summary>The log tells of each request too.</summary>
    public bool IsLogFull { get; init; }
}
