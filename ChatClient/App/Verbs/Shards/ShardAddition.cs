using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Adds a shard: starts its replicas if they are to run on this machine, asks the masters for it, and waits for the end.</summary>
/// <param name="target">The cluster.</param>
/// <param name="call">How the masters are asked.</param>
/// <param name="points">How many points the shard gets; null for as many as most.</param>
/// <param name="replicas">How many replicas are started; null for as many as of the other shards.</param>
internal sealed class ShardAddition(ShardTarget target, JobCall call, int? points = null, int? replicas = null)
{
    // Where only the number of arcs is asked for, it makes no difference where a shard listens.
    private const string AnyAddress = "localhost:1";

    /// <summary>Does it.</summary>
    /// <param name="wanted">Its number; null for the next one that was never used.</param>
    /// <param name="members">Where its replicas run already; null when they are to be started.</param>
    /// <param name="isDry">Only the plan is wanted.</param>
    /// <param name="cancellation">Stops the wait; the job goes on.</param>
    /// <exception cref="ReportedException">It cannot be added, or the job came to nothing.</exception>
    public async Task RunAsync(GroupId? wanted, IReadOnlyList<string>? members, bool isDry, CancellationToken cancellation)
    {
        Configuration latest = await target.ReadLatestAsync(cancellation);
        IReadOnlyList<PlacementJob> jobs = await target.ReadJobsAsync(cancellation);
        GroupId group = wanted ?? new ShardStarter(target.Shell, target.Local!).FreeNumber(Taken(latest, jobs));
        if (jobs.LastOrDefault(job => job.Kind == JobKind.RemoveShard && job.Group == group && job.Step is JobStep.Committed or JobStep.Done) is { } removal)
            throw new ReportedException(ErrorKinds.Rejected, $"{JobText.Shards([group])} was removed by job {removal.Number}, and the number of a removed shard is never used again") { Outcome = "nothing was changed", Next = $"px shard add{target.Words}" };
        PlacementJob? adding = jobs.FirstOrDefault(job => job.Kind == JobKind.AddShards && !job.Step.IsEnd() && job.Shards.Any(shard => shard.Group == group));
        if (adding is null)
            await call.ShowAsync(ShardPlan.ForAdd(latest, new Shard(group, points ?? RingMember.DefaultPoints, members ?? [AnyAddress]), target.Words), isDry, cancellation);
        else
            target.Shell.Note($"job {adding.Number} adds it already: {JobText.Step(adding.Step)}");
        if (isDry)
            return;
        NewShard joiner = new(group, points ?? RingMember.DefaultPoints, members ?? []);
        if (members is null)
            joiner = await StartAsync(group, cancellation);
        try
        {
            await call.RunAsync([joiner], masters => masters.AddShardsAsync([joiner], call.IsBarrier, cancellation), cancellation);
        }
        catch (ReportedException exception) when (members is null && (exception.Kind == ErrorKinds.Rejected || exception.Kind == ErrorKinds.JobEndedInVain))
        {
            await target.RetireLeftOversAsync([group], cancellation);
            throw;
        }
    }

    private static IEnumerable<GroupId> Taken(Configuration latest, IReadOnlyList<PlacementJob> jobs) =>
    [
        .. latest.Shards.Select(static shard => shard.Group),
        .. jobs.Select(static job => job.Group).Where(static group => group != GroupId.None),
        .. jobs.SelectMany(static job => job.Shards).Select(static shard => shard.Group),
    ];

    private async Task<NewShard> StartAsync(GroupId group, CancellationToken cancellation)
    {
        GroupState started = await new ShardStarter(target.Shell, target.Local!).StartAsync(group, replicas, points, target.Masters.Endpoints, cancellation);
        target.Say($"{ClusterFiles.NameOf(group)} runs at {string.Join(',', started.Addresses)}");
        return new NewShard(group, started.Points ?? RingMember.DefaultPoints, started.Addresses);
    }
}
