using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PaxosShard.Benchmarks.Stages.Bodies;
using PaxosShard.Benchmarks.Stages.Report;
using PaxosShard.Benchmarks.Stages.Runs;

namespace PaxosShard.Benchmarks.Stages;

/// <summary>The command line.</summary>
internal static class Arguments
{
    private const string About = """
        Measure the stages of a message's way one by one: nanoseconds and bytes allocated for each message, beside the goals. There are no sockets, no disks and no other threads.
        Example: scripts/bench-stages.sh propose execute-primary --batch 256
        """;

    private const string Short = "short";
    private const string Long = "long";

    private static readonly string _sizes = string.Join(" or ", BatchedStage.Sizes.Select(Text));

    /// <summary>The command.</summary>
    public static RootCommand Create()
    {
        Argument<string[]> names = new("stages") { Description = "What is measured, see --list; everything when nothing is named", Arity = ArgumentArity.ZeroOrMore, HelpName = "STAGE" };
        names.Validators.Add(static result => Refuse(result, result.Tokens, static text => StageKind.All.Any(kind => string.Equals(kind.Name, text, StringComparison.Ordinal)), "there is no stage '{0}'; --list says which there are"));
        Option<int?> batch = new("--batch") { Description = $"Messages that come together, {_sizes}; both when none is named", HelpName = "B" };
        batch.Validators.Add(static result => Refuse(result, result.Tokens, static text => BatchedStage.Sizes.Any(size => string.Equals(Text(size), text, StringComparison.Ordinal)), $"--batch is {_sizes}, not '{{0}}'"));
        Option<string> length = new("--length") { Description = "short: about a minute for everything; long: six times as many measurements", DefaultValueFactory = _ => Short, HelpName = "L" };
        length.Validators.Add(static result => Refuse(result, result.Tokens, static text => text is Short or Long, $"--length is {Short} or {Long}, not '{{0}}'"));
        Option<FileInfo?> json = new("--json") { Description = "Write all figures to this file too", HelpName = "FILE" };
        Option<bool> list = new("--list") { Description = "Only say which stages there are" };
        RootCommand command = new(About) { names, batch, length, json, list };
        command.SetAction((parsed, cancellation) =>
        {
            StageKind[] kinds = Chosen(parsed.GetValue(names) ?? []);
            StageRun run = new(parsed.GetValue(batch) is { } size ? [size] : BatchedStage.Sizes, parsed.GetValue(length) is Long);
            return parsed.GetValue(list) ? ListAsync(kinds) : RunAsync(run, kinds, parsed.GetValue(json), cancellation);
        });
        return command;
    }

    private static StageKind[] Chosen(string[] names) =>
        [.. StageKind.All.Where(kind => names.Length == 0 || names.Contains(kind.Name, StringComparer.Ordinal))];

    private static async Task<int> ListAsync(IEnumerable<StageKind> kinds)
    {
        foreach (string line in StageTable.List(kinds))
            await Console.Out.WriteLineAsync(line);
        return 0;
    }

    private static async Task<int> RunAsync(StageRun run, StageKind[] kinds, FileInfo? json, CancellationToken cancellation)
    {
        // First of all, so that nobody waits for figures that cannot be written.
        await using FileStream? file = json?.Create();
        List<StageResult> results = [];
        for (int index = 0; index < kinds.Length; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            await Console.Error.WriteLineAsync($"{kinds[index].Name} ({index + 1} of {kinds.Length})");
            results.AddRange(run.Measure(kinds[index]));
        }

        foreach (string line in StageTable.Lines(results))
            await Console.Out.WriteLineAsync(line);
        if (file is not null)
            ResultJson.Write(file, results);
        return 0;
    }

    /// <summary>Refuses what is none of what can be named there; <paramref name="reason"/> says so, with <c>{0}</c> for what was named.</summary>
    private static void Refuse(SymbolResult result, IReadOnlyList<Token> tokens, Func<string, bool> isKnown, string reason)
    {
        if (tokens.FirstOrDefault(token => !isKnown(token.Value)) is { } unknown)
            result.AddError(unknown.Value.StartsWith('-') ? $"there is no option {unknown.Value}" : reason.Replace("{0}", unknown.Value, StringComparison.Ordinal));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
