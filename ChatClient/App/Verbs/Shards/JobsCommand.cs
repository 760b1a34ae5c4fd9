using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary><c>px shard jobs</c>: the jobs of the masters, and how far each is.</summary>
internal static class JobsCommand
{
    private const int EndedShown = 10;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = new("--json") { Description = "As JSON" };
        Option<bool> all = new("--all") { Description = $"All that the masters remember, not only those that go on and the last {EndedShown} that have ended" };
        Command command = new("jobs", "List the jobs that change which shard has which arcs, and how far each is.\nExample: px shard jobs --dir /tmp/cluster --json") { json, all };
        TargetOptions options = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            ShardTarget target = ShardTarget.Of(options, parsed, shell, parsed.GetValue(json));
            await target.ReadLatestAsync(cancellation); // Which tells those who are no masters.
            IReadOnlyList<PlacementJob> jobs = await target.ReadJobsAsync(cancellation);
            await using PlacementClient masters = PlacementClient.Start(target.Masters);
            JobList list = new(Shown(jobs, parsed.GetValue(all)), (await masters.WatchJobAsync(-1, TimeSpan.Zero, cancellation)).UnderWay);
            if (parsed.GetValue(json))
            {
                shell.Data(Json.ObjectLine(list.Write));
                return ExitCode.Ok;
            }

            list.ToTable().WriteTo(shell);
            return ExitCode.Ok;
        });
        return command;
    }

    private static PlacementJob[] Shown(IReadOnlyList<PlacementJob> jobs, bool areAll)
    {
        PlacementJob[] ended = [.. jobs.Where(static job => job.Step.IsEnd())];
        return areAll ? [.. jobs] : [.. ended.TakeLast(EndedShown).Concat(jobs.Where(static job => !job.Step.IsEnd())).OrderBy(static job => job.Number)];
    }
}
