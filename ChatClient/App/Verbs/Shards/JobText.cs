using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Jobs in the words in which people read of them. Pure.</summary>
internal static class JobText
{
    /// <summary>What a job is for.</summary>
    public static string What(PlacementJob job) => $"{Change(job)}{Barrier(job.IsBarrier)}";

    /// <summary>Words for a job that is a barrier; none for others.</summary>
    public static string Barrier(bool isBarrier) => isBarrier ? " behind a barrier" : "";

    /// <summary>How far it is, in a word.</summary>
    public static string Step(JobStep step) => step switch
    {
        JobStep.Waiting => "waiting",
        JobStep.Copying => "copying",
        JobStep.Draining => "draining",
        JobStep.Committed => "committed",
        JobStep.Done => "done",
        JobStep.Cancelled => "cancelled",
        _ => "failed",
    };

    /// <summary>The groups whose report the masters await in the step in which a job is, ascending; none in the steps in which nobody reports.</summary>
    public static IReadOnlyList<GroupId> Awaited(JobUnderWay job)
    {
        IEnumerable<GroupId> parties = job.Step switch
        {
            JobStep.Copying => job.Transfers.Select(static transfer => transfer.To),
            JobStep.Committed => job.Transfers.SelectMany(static transfer => new[] { transfer.From, transfer.To }),
            _ => [],
        };
        return [.. parties.Distinct().Where(group => group != GroupId.None && !job.Reported.Contains(group)).OrderBy(static group => group.Number)];
    }

    /// <summary>Shards by their numbers: <c>shard 3</c>, or <c>shards 3, 4</c>.</summary>
    public static string Shards(IEnumerable<GroupId> groups)
    {
        string[] numbers = [.. groups.Select(static group => group.Number.ToString(CultureInfo.InvariantCulture))];
        return $"{(numbers.Length == 1 ? "shard" : "shards")} {string.Join(", ", numbers)}";
    }

    /// <summary>A number of arcs: <c>1 arc</c>, <c>1,021 arcs</c>.</summary>
    public static string Arcs(int count) => $"{Number(count)} {(count == 1 ? "arc" : "arcs")}";

    /// <summary>How much is in arcs.</summary>
    public static string Measure(ArcsMeasure measure) =>
        $"{Number(measure.Keys)} {(measure.Keys == 1 ? "key" : "keys")}, {Number(measure.Rooms)} {(measure.Rooms == 1 ? "room" : "rooms")} and {ByteText.Of(measure.Bytes)}";

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Change(PlacementJob job) => job.Kind switch
    {
        JobKind.AddShards => $"add {Shards(job.Shards.Select(static shard => shard.Group))}",
        JobKind.RemoveShard => $"remove shard {job.Group.Number}",
        _ => $"move {Arcs(job.Arcs.Count)} to shard {job.Group.Number}",
    };
}
