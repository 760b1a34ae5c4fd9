using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Calls;

/// <summary>
/// Entries of primaries that were stopped just before they told them to their groups. They come when the processes go on: just when another primary tells the group something, most of all the next configuration, or at
/// any other time. Whatever a primary of the past believed is so told in a state in which nobody would tell it any more: a job that it was about to begin may have been called off, and another one carried out.
/// </summary>
/// <param name="world">What it lives in.</param>
internal sealed class HeldEntries(MoveWorld world)
{
    // Of one group at once.
    private const int Most = 4;

    // So many times as often is the beginning of a job held as anything else.
    private const int Aimed = 5;

    private readonly RandomStream _random = RandomStream.Named(world.Options.Seed, "held");
    private readonly Dictionary<GroupId, List<ReadOnlyMemory<byte>>> _held = [];

    /// <summary>Now and then stops the primary that is about to tell its group something.</summary>
    /// <param name="driven">The group; its replicas are not simulated here.</param>
    /// <param name="command">What it is about to tell.</param>
    /// <returns>It was stopped: nothing is told for now, and its driver is over.</returns>
    public bool TryHold(SimulatedGroup driven, ReadOnlyMemory<byte> command)
    {
        if (driven is not GroupLog group)
            return false;
        bool isBeginning = (CommandKind)command.Span[0] == CommandKind.StartMoves;
        if (world.Network.IsCalm || !group.IsUp || !_random.Chance((isBeginning ? Aimed : 1) * world.Options.HeldPerThousand, 1000))
            return false;
        List<ReadOnlyMemory<byte>> held = HeldOf(group);
        if (held.Count == Most)
            return false;
        held.Add(command);
        if (isBeginning && _random.Chance(2, 3))
            world.Calls.Tell(world.Masters, new CancelJobCommand(StartMovesCommand.Decode(command.Span).Job).Encode(), static _ => { }, static _ => { });
        Stop(group);
        world.Time.After(_random.Between(world.Options.LongestOutage, world.Options.LongestOutage + world.Options.LongestLateness), () => Release(group, command));
        return true;
    }

    /// <summary>Another primary tells its group something: what was held may come just then.</summary>
    /// <param name="group">The group.</param>
    /// <param name="told">What it tells.</param>
    public void OnTold(SimulatedGroup group, ReadOnlyMemory<byte> told)
    {
        bool isConfiguration = (CommandKind)told.Span[0] == CommandKind.AdoptConfiguration;
        foreach (ReadOnlyMemory<byte> command in HeldOf(group).ToArray())
        {
            if (_random.Chance(1, isConfiguration ? 2 : 20))
                Release(group, command);
        }
    }

    // Another replica leads at once, or nobody does for a while.
    private void Stop(GroupLog group)
    {
        if (_random.Chance(1, 2))
        {
            group.LosePrimary();
            return;
        }

        group.GoDown();
        world.Time.After(_random.Between(10_000L, world.Options.LongestOutage), group.ComeUp);
    }

    private List<ReadOnlyMemory<byte>> HeldOf(SimulatedGroup group)
    {
        if (!_held.TryGetValue(group.Group, out List<ReadOnlyMemory<byte>>? held))
            _held.Add(group.Group, held = []);
        return held;
    }

    // In another session: the same primary never sends it again.
    private void Release(SimulatedGroup group, ReadOnlyMemory<byte> command)
    {
        if (!HeldOf(group).Remove(command) || world.Network.IsCalm)
            return;
        world.Marks.Reach(MoveMark.HeldEntry);
        world.Calls.Tell(group, command, static _ => { }, static _ => { });
    }
}
