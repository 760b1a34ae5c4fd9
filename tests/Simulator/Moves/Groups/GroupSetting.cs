using PaxosShard.Replica.Core.Execution;
using PaxosShard.Simulator.Moves.Ordered;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>What a group lives in.</summary>
/// <param name="Group">Its number.</param>
/// <param name="Address">Where it listens: one address stands for all of its replicas.</param>
/// <param name="Machine">A machine of its kind, in which nothing is.</param>
/// <param name="Time">Virtual time.</param>
/// <param name="Random">Chance.</param>
/// <param name="Watcher">The checks.</param>
internal sealed record GroupSetting(GroupId Group, string Address, IStateMachine Machine, Timeline Time, RandomStream Random, IGroupWatcher Watcher)
{
    /// <summary>The way to other groups.</summary>
    public required GroupPost Post { get; init; }

    /// <summary>Operations of ordered sessions may get their places before their predecessors take effect.</summary>
    public bool PlacesEarly { get; init; }

    /// <summary>How far its clock is ahead, milliseconds.</summary>
    public long ClockAhead { get; init; }

    /// <summary>Most sessions.</summary>
    public int Sessions { get; init; } = MoveOptions.DefaultSessions;

    /// <summary>Most requests in one entry.</summary>
    public int CommandsPerEntry { get; init; } = 1;
}
