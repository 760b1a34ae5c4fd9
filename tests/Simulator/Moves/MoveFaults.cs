using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Moves;

/// <summary>What goes wrong with groups: they lose their primaries, are down for a while, and go on from snapshots; those that take part in a move most of all.</summary>
/// <param name="world">The cluster.</param>
internal sealed class MoveFaults(MoveWorld world) : IMoveFaults
{
    // Between two pieces of a snapshot, microseconds.
    private const long PiecePause = 5_000;

    private readonly RandomStream _random = RandomStream.Named(world.Options.Seed, "faults");
    private bool _areOver;

    /// <summary>Begins.</summary>
    public void Start()
    {
        if (world.Options.FaultPause > 0)
            Plan();
    }

    /// <summary>Ends them: every group is up, and stays so.</summary>
    public void Stop()
    {
        _areOver = true;
        foreach (GroupLog group in AllGroups())
            group.ComeUp();
    }

    private GroupLog[] AllGroups() => [.. world.Groups.OfType<GroupLog>()];

    private void Plan() => world.Time.After(_random.Exponential(world.Options.FaultPause) + 1, () =>
    {
        if (_areOver)
            return;
        Plan();
        Strike(Choose());
    });

    private GroupLog Choose()
    {
        GroupLog[] all = AllGroups();
        GroupLog[] moving = [.. all.Where(world.IsMoving)];
        GroupLog[] groups = moving.Length > 0 && _random.Chance(2, 3) ? moving : all;
        return groups[_random.Below(groups.Length)];
    }

    private void Strike(GroupLog group)
    {
        switch (_random.Below(8))
        {
            case 0 when group.IsUp:
                world.Marks.Reach(MoveMark.GroupDown);
                group.GoDown();
                world.Time.After(_random.Between(10_000L, world.Options.LongestOutage), group.ComeUp);
                break;
            case 1 or 2 when group.IsUp:
                world.Marks.Reach(MoveMark.PrimaryLost);
                group.LosePrimary();
                break;
            case > 2 when !group.HasFollower:
                group.BeginFollower();
                Feed(group);
                break;
        }
    }

    private void Feed(GroupLog group) => world.Time.After(_random.Exponential(PiecePause) + 1, () =>
    {
        if (_areOver)
        {
            group.DropFollower();
            return;
        }

        if (!group.FeedFollower())
        {
            Feed(group);
            return;
        }

        if (group.FollowerLeads())
            world.Marks.Reach(MoveMark.ExecutedDuringSnapshot);
    });
}
