using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>Draws commands: most make sense, some do not.</summary>
/// <param name="random">Where they come from.</param>
internal sealed class RandomRequests(Random random)
{
    private const int Groups = 12;

    private int _newest = 2;

    /// <summary>Anything: requests, steps, reports, also such that come late, early or twice.</summary>
    public byte[] Next(PlacementGroup group) => random.Next(13) switch
    {
        0 or 1 => MaybeBarrier(Add([.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => AnyShard()).DistinctBy(static shard => shard.Group)])),
        2 => MaybeBarrier(Remove(random.Next(1, Groups))),
        3 or 4 => MaybeBarrier(Move(random.Next(1, Groups), AnyArcs())),
        5 => Cancel(AnyJob(group)),
        6 => Advance(AnyJob(group), JobStep.Copying, JobStep.Draining),
        7 => Finish(AnyJob(group), new GroupId(random.Next(0, Groups))),
        8 => Copied(AnyJob(group), random.Next(0, Groups)),
        _ => Driving(group) ?? Remove(random.Next(1, Groups)),
    };

    /// <summary>A command that leads to another configuration soon: what the job under way needs, or a request that is possible.</summary>
    public byte[] NextThatMoves(PlacementGroup group)
    {
        if (group.Latest.Number == 0)
            return Add(1, 2);
        if (Driving(group) is { } driving)
            return driving;
        int[] shards = [.. group.Latest.Shards.Select(static shard => shard.Group.Number)];
        int any = shards[random.Next(shards.Length)];
        if (shards.Length < 3 || random.Next(4) == 0)
            return Add(++_newest);
        return shards.Length > 6 ? Remove(any) : Move(any, [.. AnyArcs().Where(arc => arc < Arc.Count && group.OwnerOf(arc) != any).DefaultIfEmpty(0)]);
    }

    // What those who drive the job under way would say; null when there is none.
    private byte[]? Driving(PlacementGroup group) => group.UnderWay switch
    {
        null => null,
        { Step: JobStep.Copying, Transfers.Count: > 0 } job when random.Next(3) > 0 => Copied(job.Job, AnyMove(group).To.Number),
        { Step: JobStep.Copying } job => Advance(job.Job, JobStep.Copying, JobStep.Draining),
        { Step: JobStep.Draining } job => Advance(job.Job, JobStep.Draining, JobStep.Committed),
        { } job => Finish(job.Job, group.Awaited[random.Next(group.Awaited.Length)]),
    };

    private byte[] MaybeBarrier(byte[] request) => random.Next(3) == 0 ? Barrier(request) : request;

    private ArcMove AnyMove(PlacementGroup group) => group.State.Plan!.Moves[random.Next(group.State.Plan.Moves.Count)];

    private NewShard AnyShard() => ShardOf(random.Next(1, Groups), host: random.Next(10) == 0 ? "127.0.0.2" : "127.0.0.1");

    private int[] AnyArcs()
    {
        int[] arcs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(Arc.Count))];
        if (random.Next(30) == 0)
            arcs[0] = Arc.Count;
        return arcs;
    }

    private long AnyJob(PlacementGroup group) => random.NextInt64(0, group.State.Jobs.Last + 2);
}
