using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary><c>px shard remove</c>: a shard leaves.</summary>
internal static class RemoveShardCommand
{
    private const string About = """
        Remove a shard: its arcs go to the others, and then its replicas are ended, if px started them on this machine. Its number is never used again; its data stays where it is.
        Example: px shard remove 2 --dir /tmp/cluster
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string> number = new("N") { Description = "Its number: 2 or shard-2" };
        Option<bool> keep = new("--keep-running") { Description = "Leave its replicas running" };
        Command command = new("remove", About) { number, keep };
        JobOptions options = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            GroupId shard = ShardWords.ParseShard(parsed.GetRequiredValue(number));
            ShardTarget target = options.Target(parsed, shell);
            JobCall call = options.Call(parsed, target);
            Configuration latest = await target.ReadLatestAsync(cancellation);
            PlacementJob? before = await RemovingAsync(target, shard, cancellation);
            bool hasLeft = before?.Step == JobStep.Done;
            if (hasLeft && !target.Knows(shard))
                throw HasLeft(target, shard, before!.Number);
            call.Remember(latest);
            if (before is null)
                call.Show(ShardPlan.ForRemove(latest, shard, target.Words), options.IsDry(parsed));
            else
                shell.Note($"job {before.Number} removes it already: {JobText.Step(before.Step)}");
            if (options.IsDry(parsed))
                return ExitCode.Ok;
            if (hasLeft || await call.RunAsync([], masters => masters.RemoveShardAsync(shard, call.IsBarrier, cancellation), cancellation))
            {
                if (!target.Knows(shard))
                    shell.Note($"whatever runs of {JobText.Shards([shard])} was not started from here and goes on: end it where it runs");
                await RetireAsync(target, shard, parsed.GetValue(keep));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    // It may run all the same: it was left running, or nobody waited for the job and px up has forgotten the shard since.
    private static ReportedException HasLeft(ShardTarget target, GroupId shard, long job)
    {
        string what = $"{JobText.Shards([shard])} was removed by job {job}";
        return target.FindRunning(shard) is { } directory
            ? new ReportedException(ErrorKinds.NoSuchShard, $"{what}, and its replicas still run") { Next = $"px down --dir {directory}" }
            : new ReportedException(ErrorKinds.NoSuchShard, what) { Next = $"px ring{target.Words}" };
    }

    // What is certain by now is said also when the directory is in use: the same command again ends what runs.
    private static async Task RetireAsync(ShardTarget target, GroupId shard, bool keepsRunning)
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
    private static async Task<PlacementJob?> RemovingAsync(ShardTarget target, GroupId shard, CancellationToken cancellation) =>
        (await target.ReadJobsAsync(cancellation)).LastOrDefault(job => job.Kind == JobKind.RemoveShard && job.Group == shard && job.Step is not (JobStep.Cancelled or JobStep.Failed));
}
