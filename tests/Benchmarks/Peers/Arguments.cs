using System.CommandLine;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.CommandLine;
using PaxosShard.Benchmarks.Peers.Floor;
using PaxosShard.Benchmarks.Peers.Report;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Servers;

namespace PaxosShard.Benchmarks.Peers;

/// <summary>The command line.</summary>
internal static class Arguments
{
    private const int MostOutstanding = 8192;
    private const int MostConnections = 1024;
    private const int MostSizeBytes = 8192;
    private const int MostSeconds = 600;
    private const int MostWindows = 100;

    private const string About = """
        Measure PaxosShard beside its peers, all in one run and by turns: operations a second, the time to the answer, and what of processors and memory the servers take. Everything runs on this machine.
        Example: scripts/bench-peers.sh --levels 1,64 --seconds 2 --svg peers.svg
        """;

    /// <summary>The command.</summary>
    public static RootCommand Create()
    {
        Option<int[]> levels = OptionRules.List("--levels", "Requests under way at any time, one level after the other", [1, 16, 64, 256], static text => OptionRules.Number(text, 1, MostOutstanding));
        Option<double> seconds = new("--seconds") { Description = "How long each level is measured, after 2 s of warm-up", DefaultValueFactory = _ => 3, HelpName = "S" };
        Option<int> windows = new("--windows") { Description = "How often each peer is started and measured, all peers by turns", DefaultValueFactory = _ => 3, HelpName = "W" };
        Option<string[]> peers = OptionRules.List("--peers", "What is measured", [.. PeerKind.All.Select(static kind => kind.Name)], static text => PeerKind.All.Any(kind => string.Equals(kind.Name, text, StringComparison.Ordinal)) ? [text] : []);
        Option<string[]> operations = OptionRules.List("--operations", "write, read or both", ["write"], static text => text is "write" or "read" ? [text] : []);
        Option<int> size = new("--size") { Description = "Bytes of each value", DefaultValueFactory = _ => 128, HelpName = "B" };
        Option<int> connections = new("--connections") { Description = "Most connections of the load of all but ours", DefaultValueFactory = _ => BenchmarkPlan.UsualConnections, HelpName = "C" };
        Option<FileInfo?> json = new("--json") { Description = "Write all figures and ratios to this file too", HelpName = "FILE" };
        Option<FileInfo?> svg = new("--svg") { Description = "Draw throughput and p99 to this file too", HelpName = "FILE" };
        Option<string?> directory = new("--dir") { Description = "Folder on the disk that is to be measured (default: the user's folder of caches); what is put there is gone in the end", HelpName = "D" };
        OptionRules.Within(seconds, static value => value is > 0 and <= MostSeconds, $"above 0 and at most {MostSeconds}");
        OptionRules.Within(windows, static value => value is >= 1 and <= MostWindows, $"1 to {MostWindows}");
        OptionRules.Within(connections, static value => value is >= 1 and <= MostConnections, $"1 to {MostConnections}");
        OptionRules.Within(size, static value => value is >= 1 and <= MostSizeBytes, $"1 to {MostSizeBytes}");
        RootCommand command = new(About) { levels, seconds, windows, peers, operations, size, connections, json, svg, directory, FloorCommand() };
        command.SetAction((parsed, cancellation) =>
        {
            BenchmarkPlan plan = new()
            {
                Peers = parsed.GetRequiredValue(peers),
                Operations = [.. parsed.GetRequiredValue(operations).Select(static name => string.Equals(name, "read", StringComparison.Ordinal) ? Operation.Read : Operation.Write)],
                Levels = parsed.GetRequiredValue(levels), Windows = parsed.GetValue(windows), Length = TimeSpan.FromSeconds(parsed.GetValue(seconds)), SizeBytes = parsed.GetValue(size), Connections = parsed.GetValue(connections),
            };
            return RunAsync(plan, new Output(parsed.GetValue(json), parsed.GetValue(svg)), parsed.GetValue(directory), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(BenchmarkPlan plan, Output output, string? folder, CancellationToken cancellation)
    {
        PeerKind[] missing = [.. PeerKind.All.Where(kind => plan.Peers.Contains(kind.Name, StringComparer.Ordinal) && !kind.IsInstalled)];
        foreach (PeerKind kind in missing)
            await Console.Error.WriteLineAsync($"{kind.Name} is left out: it is not installed; next: apt-get install {kind.Packages}");
        plan = plan with { Peers = [.. plan.Peers.Where(peer => !Array.Exists(missing, kind => string.Equals(kind.Name, peer, StringComparison.Ordinal)))] };
        if (plan.Peers.Count == 0)
            throw new ServerException("none of the peers is installed");
        using DataDirectory directory = DataDirectory.Create(folder, "peers");
        await Console.Error.WriteLineAsync($"the servers keep their files in {directory.Path} ({directory.FileSystem})");
        Results results = await new BenchmarkRun(plan, directory, Console.Error.WriteLine).RunAsync(cancellation);
        foreach (string line in new ResultTable(plan, results).Lines().Concat(missing.Select(static kind => $"{kind.Name} was left out: {kind.Packages} of Debian is not installed")))
            await Console.Out.WriteLineAsync(line);
        await output.WriteAsync(plan, results, missing, cancellation);
        return 0;
    }

    private static Command FloorCommand()
    {
        Argument<string> directory = new("directory");
        Argument<int[]> followers = new("followers") { Arity = new ArgumentArity(2, 2) };
        Command follower = new("follower") { directory };
        follower.SetAction(parsed => FloorProgram.RunFollower(parsed.GetRequiredValue(directory)));
        Command primary = new("primary") { directory, followers };
        primary.SetAction(parsed => FloorProgram.RunPrimary(parsed.GetRequiredValue(directory), parsed.GetRequiredValue(followers)));
        return new Command("floor", "A process of the floor, which this program starts itself") { Hidden = true, Subcommands = { follower, primary } };
    }

    private sealed record Output(FileInfo? Json, FileInfo? Svg)
    {
        public async Task WriteAsync(BenchmarkPlan plan, Results results, IReadOnlyList<PeerKind> missing, CancellationToken cancellation)
        {
            if (Json is not null)
            {
                await using FileStream stream = Json.Create();
                new ResultJson(plan, results, missing).WriteTo(stream);
            }

            if (Svg is not null)
                await File.WriteAllTextAsync(Svg.FullName, ResultPlot.Draw(results), cancellation);
        }
    }
}
