using System.CommandLine;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Demo;
using PaxosShard.ChatClient.App.Demo.Ordered;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px demo ordered</c>: what order over shards is good for.</summary>
internal static class OrderedDemoCommand
{
    private const string About = """
        See what order over shards is good for, on a cluster that is gone afterwards. Two writers post photos, which are on one shard, and then the line of each in a timeline, which is on another; their link to the shard of the photos is slow.
        The left one sends photo and line without any order, and readers find lines without a photo; the right one has an ordered session, and they find none, also when a primary is killed meanwhile (\kill primary). Ends with 9 if they do.
        Example: px demo ordered
        Example: px demo ordered --posts 20
        """;

    private const int MostPosts = 1_000_000;
    private static readonly TimeSpan _mostDelay = TimeSpan.FromSeconds(1);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<int?> posts = new("--posts") { Description = "Posts of each writer (default: until /quit, Ctrl-C or the end of the input)", HelpName = "N" };
        Option<string> delay = new("--delay") { Description = "How long the slow link holds each byte back, in each direction", DefaultValueFactory = _ => "200ms", HelpName = "T" };
        Option<int> replicas = new("--replicas") { Description = "Replicas of each shard: 1, 3, 5 or 7", DefaultValueFactory = _ => 3, HelpName = "N" };
        Command command = new("ordered", About) { posts, delay, replicas };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(posts) is < 1 or > MostPosts)
                throw new ReportedException(ErrorKinds.Usage, $"--posts is 1 to {MostPosts}");
            TimeSpan slow = TargetOptions.ParseTime(parsed.GetRequiredValue(delay), "--delay");
            if (slow > _mostDelay)
                throw new ReportedException(ErrorKinds.Usage, $"--delay is at most {_mostDelay.TotalSeconds:0} s");
            ClusterPlan plan = new() { Shards = 2, Masters = 1, Replicas = parsed.GetValue(replicas) };
            plan.Validate();
            using HangUpSignal hangUp = new(cancellation);
            try
            {
                int code = await RunAsync(shell, plan, slow, parsed.GetValue(posts), hangUp.Token);
                shell.Note("the demo is over, and its processes have ended");
                return code;
            }
            catch (OperationCanceledException) when (hangUp.Token.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, ClusterPlan plan, TimeSpan delay, int? posts, CancellationToken cancellation)
    {
        await using DemoCluster cluster = new(shell, directory: null, plan);
        shell.Note("starting the master and two shards ...");
        await cluster.StartAsync(cancellation);
        OrderedDemo demo = new(cluster, delay, posts);
        bool isInterrupted;
        await using (OrderedDemoOutput output = NewOutput(shell, demo))
        {
            await demo.RunAsync(output, cancellation);
            isInterrupted = output.IsInterrupted;
        }
        foreach (OrderedDemoCount side in (OrderedDemoCount[])[demo.Plain, demo.Ordered])
            shell.Data($"{side.Name}: {side}");
        shell.Flush();
        demo.Check();
        return isInterrupted ? ExitCode.Interrupted : ExitCode.Ok;
    }

    private static OrderedDemoOutput NewOutput(Shell shell, OrderedDemo demo) => ChatProgram.IsAtTerminal && shell.Variable("TERM") is not (null or "dumb")
        ? new OrderedDemoTerminal(demo.Plain, demo.Ordered, new Style(shell.Variable("NO_COLOR") is null))
        : new OrderedDemoPipe(shell);
}
