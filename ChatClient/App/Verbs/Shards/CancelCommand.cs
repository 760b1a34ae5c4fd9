using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary><c>px shard cancel</c>: a job is called off, while nothing has changed by it.</summary>
internal static class CancelCommand
{
    private const string About = """
        Cancel a job that is not committed: no arc has moved by it yet, and none will. A shard that it was to add is ended, if px started it on this machine.
        Example: px shard cancel 3 --dir /tmp/cluster
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string> number = new("J") { Description = "Its number; px shard jobs tells it" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("cancel", About) { number, json };
        TargetOptions options = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            long job = ShardWords.ParseJob(parsed.GetRequiredValue(number));
            ShardTarget target = ShardTarget.Of(options, parsed, shell, parsed.GetValue(json));
            await target.ReadLatestAsync(cancellation); // Which tells those who are no masters.
            await using PlacementClient masters = PlacementClient.Start(target.Masters);
            PlacementJob known = (await masters.JobsAsync(job, 1, cancellation)).Jobs is [{ } first, ..] && first.Number == job
                ? first
                : throw new ReportedException(ErrorKinds.NoSuchJob, $"job {job}") { Next = $"px shard jobs --all{target.Words}" };
            JobResult result = await CancelAsync(masters, target, job, cancellation);
            shell.Data(target.IsJson ? JobJson.Of(result) : $"job {result.Job} is cancelled; no arc has moved by it");
            await target.RetireLeftOversAsync(known.Shards.Select(static shard => shard.Group), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<JobResult> CancelAsync(PlacementClient masters, ShardTarget target, long job, CancellationToken cancellation)
    {
        try
        {
            return await masters.CancelJobAsync(job, cancellation);
        }
        catch (RejectedException exception)
        {
            throw new ReportedException(ErrorKinds.Rejected, exception.Message) { Outcome = "the job is as it was", Next = $"px shard jobs{target.Words}" };
        }
        catch (OutcomeUnknownException exception)
        {
            throw new ReportedException(ErrorKinds.OutcomeUnknown, exception.Message)
            {
                Outcome = "the job may be cancelled; the same command again is safe",
                Next = $"px shard jobs{target.Words}",
            };
        }
    }
}
