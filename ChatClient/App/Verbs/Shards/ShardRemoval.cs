using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Removes a shard: asks the masters for it, waits until its arcs are at the others, and ends its replicas if they run on this machine.</summary>
/// <param name="target">The cluster.</param>
/// <param name="call">How the masters are asked.</param>
internal sealed class ShardRemoval(ShardTarget target, JobCall call)
{
    /// <summary>Does it.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="keepsRunning">Its replicas are left running.</param>
    /// <param name="isDry">Only the plan is wanted.</param>
    /// <param name="cancellation">Stops the wait; the job goes on.</param>
    /// <exception cref="ReportedException">It cannot be removed, or the job came to nothing.</exception>
    public async Task RunAsync(GroupId shard, bool keepsRunning, bool isDry, CancellationToken cancellation)
    {
        Configuration latest = await target.ReadLatestAsync(cancellation);
        PlacementJob? before = await RemovingAsync(shard, cancellation);
        bool hasLeft = before?.Step == JobStep.Done;
        if (hasLeft && !target.Knows(shard))
            throw HasLeft(shard, before!.Number);
        call.Remember(latest);
        if (before is null)
            await call.ShowAsync(ShardPlan.ForRemove(latest, shard, target.Words), isDry, cancellation);
        else
            target.Shell.Note($"job {before.Number} removes it already: {JobText.Step(before.Step)}");
        if (isDry)
            return;
        if (!hasLeft && !await call.RunAsync([], masters => masters.RemoveShardAsync(shard, call.IsBarrier, cancellation), cancellation))
            return;
        if (!target.Knows(shard))
            target.Shell.Note($"whatever runs of {JobText.Shards([shard])} was not started from here and goes on: end it where it runs");
        await RetireAsync(shard, keepsRunning);
    }

    // It may run all the same: it was left running, or nobody waited for the job and px up has forgotten the shard since.
    private ReportedException HasLeft(GroupId shard, long job)
    {
        string what = $"{JobText.Shards([shard])} was removed by job {job}";
        return target.FindRunning(shard) is { } directory
            ? new ReportedException(ErrorKinds.NoSuchShard, $"{what}, and its replicas still run") { Next = $"px down --dir {ShellWord.Of(directory)}" }
            : new ReportedException(ErrorKinds.NoSuchShard, what) { Next = $"px ring{target.Words}" };
    }

    // What is certain by now is said also when the directory is in use: the same command again ends what runs.
    private async Task RetireAsync(GroupId shard, bool keepsRunning)
    {
        try
        {
            await target.RetireAsync(shard, keepsRunning);
        }
        catch (ReportedException exception) when (exception.Kind == ErrorKinds.DirectoryBusy)
        {
            throw new ReportedException(ErrorKinds.DirectoryBusy, exception.Message)
            {
                Outcome = $"{JobText.Shards([shard])} has left, and its replicas were not ended",
                Next = $"px shard remove {shard.Number}{target.Words}",
                Exit = ExitCode.Partial,
            };
        }
    }

    /// <summary>The job that removes a shard or has removed it; null when there is none.</summary>
    private async Task<PlacementJob?> RemovingAsync(GroupId shard, CancellationToken cancellation) =>
        (await target.ReadJobsAsync(cancellation)).LastOrDefault(job => job.Kind == JobKind.RemoveShard && job.Group == shard && job.Step is not (JobStep.Cancelled or JobStep.Failed));
}
