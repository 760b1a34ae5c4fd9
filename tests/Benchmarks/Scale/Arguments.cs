using System.CommandLine;
using PaxosShard.Benchmarks.Peers.CommandLine;
using PaxosShard.Benchmarks.Peers.Servers;
using PaxosShard.Benchmarks.Scale.Model;
using PaxosShard.Benchmarks.Scale.Report;
using PaxosShard.Benchmarks.Scale.Sweeps;

namespace PaxosShard.Benchmarks.Scale;

/// <summary>The command line.</summary>
internal static class Arguments
{
    private const double LeastSeconds = 0.1;
    private const int MostSeconds = 600;
    private const int MostWindows = 100;
    private const int MostPoints = 100;

    private const string About = """
        Measure how PaxosShard scales: in each sweep one thing grows and everything else stays. Everything runs on this machine.
        Example: scripts/bench-scale.sh --sweeps load,replicas --seconds 2 --svg scale.svg
        """;

    /// <summary>The command.</summary>
    public static RootCommand Create()
    {
        Option<string[]> sweeps = OptionRules.List("--sweeps", $"What grows: {string.Join(", ", Sweep.All.Select(static sweep => sweep.Name))}", [.. Sweep.All.Select(static sweep => sweep.Name)], static text => Sweep.All.Any(sweep => string.Equals(sweep.Name, text, StringComparison.Ordinal)) ? [text] : []);
        Option<double> seconds = new("--seconds") { Description = "How long each point is measured, after 2 s of warm-up", DefaultValueFactory = _ => 2, HelpName = "S" };
        Option<int> windows = new("--windows") { Description = "How often each sweep is measured; each point shows the window with the median throughput", DefaultValueFactory = _ => 1, HelpName = "W" };
        Option<int> points = new("--points") { Description = "Most points of each sweep, from its smallest one on (default: all)", DefaultValueFactory = _ => MostPoints, HelpName = "N" };
        Option<FileInfo?> json = new("--json") { Description = "Write all figures and the model to this file too", HelpName = "FILE" };
        Option<FileInfo?> svg = new("--svg") { Description = "Draw each sweep to this file too", HelpName = "FILE" };
        Option<string?> directory = new("--dir") { Description = "Folder on the disk that is to be measured (default: the user's folder of caches); what is put there is gone in the end", HelpName = "D" };
        OptionRules.Within(seconds, static value => value is >= LeastSeconds and <= MostSeconds, $"{LeastSeconds} to {MostSeconds}");
        OptionRules.Within(windows, static value => value is >= 1 and <= MostWindows, $"1 to {MostWindows}");
        OptionRules.Within(points, static value => value is >= 1 and <= MostPoints, $"1 to {MostPoints}");
        RootCommand command = new(About) { sweeps, seconds, windows, points, json, svg, directory };
        command.SetAction(async (parsed, cancellation) =>
        {
            SweepPlan plan = new()
            {
                Sweeps = [.. parsed.GetRequiredValue(sweeps).Select(static name => Sweep.All.Single(sweep => string.Equals(sweep.Name, name, StringComparison.Ordinal)))],
                Seconds = parsed.GetValue(seconds), Windows = parsed.GetValue(windows), MostPoints = parsed.GetValue(points),
            };
            // First of all, so that nobody waits for figures that cannot be written.
            await using FileStream? jsonFile = parsed.GetValue(json)?.Create();
            await using FileStream? svgFile = parsed.GetValue(svg)?.Create();
            using DataDirectory place = DataDirectory.Create(parsed.GetValue(directory), "scale");
            await Console.Error.WriteLineAsync($"the replicas keep their files in {place.Path} ({place.FileSystem})");
            IReadOnlyList<SweepResult> results = await new SweepRun(plan, place, Console.Error.WriteLine).RunAsync(cancellation);
            LoadModel? model = LoadModel.Of(results);
            foreach (string line in SweepTable.Lines(plan, results, model))
                await Console.Out.WriteLineAsync(line);
            if (jsonFile is not null)
                SweepJson.Write(jsonFile, plan, results, model);
            if (svgFile is not null)
            {
                await using StreamWriter writer = new(svgFile);
                await writer.WriteAsync(SweepPlot.Draw(results));
            }

            return 0;
        });
        return command;
    }
}
