using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Calls;

/// <summary>People who want jobs all the time: shards join and leave, arcs move to and fro and are swapped, and now and then a job is called off, at any moment.</summary>
/// <param name="world">What it lives in.</param>
internal sealed class JobOperator(MoveWorld world)
{
    // Few points: what a shard gets differs much from shard to shard, and is soon made.
    private const int Points = 16;

    private const int MostOpen = 3;
    private const int MostShards = 4;
    private const int MostGroups = 9;

    // A job whose copy finds no space stands still until somebody calls it off.
    private const long LongestCopy = 20_000_000;

    private readonly RandomStream _random = RandomStream.Named(world.Options.Seed, "operator");
    private int _groups;
    private bool _isFinishing;
    private long _watchedJob;
    private int _wishes;

    /// <summary>Nothing that they wanted is still on its way to the masters.</summary>
    public bool HasHeardAll => _wishes == 0;

    private Configuration Latest => world.Checks.Placement.Latest;

    /// <summary>Asks for the first shards, and for jobs from then on.</summary>
    public void Start()
    {
        _groups = world.Options.Shards;
        GroupId[] first = [.. Enumerable.Range(1, _groups).Select(static number => new GroupId(number))];
        foreach (GroupId group in first)
            world.AddShard(group);
        WantFirst(new AddShardsCommand([.. first.Select(ShardOf)]).Encode());
        if (world.Options.JobPause > 0)
            Plan();
    }

    /// <summary>Wants nothing more: the jobs that there are have to end.</summary>
    public void Finish()
    {
        _isFinishing = true;
        WatchCopies();
    }

    /// <summary>Asks for a shard.</summary>
    public void Join(GroupId group)
    {
        world.AddShard(group);
        Want($"that {group} joins", new AddShardsCommand([ShardOf(group)]).Encode());
    }

    /// <summary>Asks for arcs to go to a shard.</summary>
    public void Move(IReadOnlyList<int> arcs, GroupId to) => Want($"that {arcs.Count} arcs go to {to}", new MoveArcsCommand(arcs, to).Encode());

    /// <summary>Asks that a shard leaves.</summary>
    public void Leave(GroupId group) => Want($"that {group} leaves", new RemoveShardCommand(group).Encode());

    /// <summary>Calls a job off.</summary>
    public void Cancel(long job) => Want($"that job {job} is called off", new CancelJobCommand(job).Encode());

    private NewShard ShardOf(GroupId group) => new(group, Points, world.Shard(group).Addresses);

    private void Plan() => world.Time.After(_random.Exponential(world.Options.JobPause) + 1, () =>
    {
        if (_isFinishing)
            return;
        Plan();
        if (Latest.Shards.Count > 0)
            Decide();
    });

    private void Decide()
    {
        PlacementJob[] open = [.. GroupReads.Jobs(world.Masters.State, from: 0).Where(static job => !job.Step.IsEnd())];
        if (open.Length > 0 && _random.Chance(1, 5))
        {
            Cancel(open[_random.Below(open.Length)].Number);
            return;
        }

        // Before anybody has reported, and perhaps before anybody has begun.
        if (open.Length > 0 && open[0].Step == JobStep.Copying && _random.Chance(1, 8))
        {
            Want($"that job {open[0].Number} is committed whatever is copied", new AdvanceJobCommand(open[0].Number, JobStep.Copying, JobStep.Draining).Encode());
            return;
        }

        if (open.Length >= MostOpen)
            return;
        switch (_random.Below(10))
        {
            case 0 when Latest.Shards.Count < MostShards && _groups < MostGroups:
                Join(new GroupId(++_groups));
                break;
            case 1 when Latest.Shards.Count > 1:
                Leave(OneShard());
                break;
            case 2 or 3:
                Swap();
                break;
            case 4:
                ThereAndBack();
                break;
            default:
                MoveSome();
                break;
        }
    }

    private GroupId OneShard() => Latest.Shards[_random.Below(Latest.Shards.Count)].Group;

    private int[] ArcsOf(GroupId group) => [.. world.Options.Arcs.Where(arc => Latest.OwnerOf(new Arc(arc)) == group)];

    private void MoveSome()
    {
        int[] arcs = ArcsOf(OneShard());
        _random.Shuffle<int>(arcs);
        if (arcs.Length > 0)
            Move(arcs[..(_random.Chance(1, 3) ? arcs.Length : 1 + _random.Below(arcs.Length))], OneShard());
    }

    private void Swap()
    {
        (GroupId one, GroupId other) = (OneShard(), OneShard());
        (int[] there, int[] back) = (ArcsOf(one), ArcsOf(other));
        if (one == other || there.Length == 0 || back.Length == 0)
            return;
        world.Marks.Reach(MoveMark.Swapped);
        Move([there[0]], other);
        Move([back[0]], one);
    }

    private void ThereAndBack()
    {
        (GroupId one, GroupId other) = (OneShard(), OneShard());
        int[] arcs = ArcsOf(one);
        if (one == other || arcs.Length == 0)
            return;
        Move([arcs[0]], other);

        // Refused when it comes before the other one is done: then somebody asks later, or not.
        world.Time.After(_random.Exponential(world.Options.JobPause) + 1, () =>
        {
            if (!_isFinishing)
                Move([arcs[0]], one);
        });
    }

    private void WatchCopies() => world.Time.After(LongestCopy, () =>
    {
        PlacementJob? job = GroupReads.Jobs(world.Masters.State, from: 0).FirstOrDefault(static other => other.Step is JobStep.Copying or JobStep.Draining);
        if (job is not null && job.Number == _watchedJob)
            Cancel(job.Number);
        _watchedJob = job?.Number ?? 0;
        WatchCopies();
    });

    // Without them nothing happens at all. Whoever is refused because of a clock, or heard nothing, asks again.
    private void WantFirst(byte[] command) => Want("the first shards", command, () =>
    {
        if (Latest.Shards.Count == 0)
            world.Time.After(world.Options.JobPause + 1, () => WantFirst(command));
    });

    private void Want(string what, byte[] command, Action? refused = null)
    {
        _wishes++;
        world.Calls.Tell(
            world.Masters,
            command,
            payload => OnHeard($"people have asked for {what}: job {JobResult.Decode(payload.Span).Job}"),
            reason =>
            {
                OnHeard($"people are refused {what}: {reason}");
                refused?.Invoke();
            });
    }

    private void OnHeard(string line)
    {
        _wishes--;
        world.Note(line);
    }
}
