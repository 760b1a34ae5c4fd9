using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;

namespace PaxosShard.Simulator.Replicas;

/// <summary>What the replicas of a group run: a shard without masters, unless it is said otherwise. The same at all of them.</summary>
public sealed record MachineKind
{
    /// <summary>Most bytes of the state that a machine takes.</summary>
    public long StateBytes { get; init; } = ShardMachine.DefaultStateBytes;

    /// <summary>How much of each room a machine keeps.</summary>
    public RoomRetention Retention { get; init; }

    /// <summary>Makes machines of another kind; null: there is none.</summary>
    public Func<IStateMachine>? Other { get; init; }

    /// <summary>A machine in which nothing is.</summary>
    public IStateMachine New() => Other?.Invoke() ?? new ShardMachine(stateBytes: StateBytes, retention: Retention);
}
