using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>What masters say of a job that takes some names from one shard to another.</summary>
internal static class SampleJob
{
    /// <summary>Job n goes from configuration n - 1, and is at some step.</summary>
    public static WatchJobResult News(long job, JobStep step, params IReadOnlyList<string> names)
    {
        int[] arcs = [.. names.Select(static name => Arc.Of(Encoding.Latin1.GetBytes(name)).Number).Distinct().Order()];
        JobUnderWay underWay = new(job, JobKind.MoveArcs, step, job - 1, [new ArcTransfer(new GroupId(1), new GroupId(2), arcs)], []);
        return new WatchJobResult((WatchJobResult.PositionsPerJob * job) + (long)step, step == JobStep.Committed ? job : job - 1, underWay);
    }
}
