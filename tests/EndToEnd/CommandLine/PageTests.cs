using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>The pages of the verbs behind which other programs are: they read as all others do, and what they give as an example runs as it stands.</summary>
[TestFixture]
public sealed partial class PageTests
{
    private const string ExampleGroup = "/tmp/chat";
    private static readonly string[] _nonsense = ["nonsense", "-1"];
    private static readonly string[] _files = ["--data", "--members-file", "--log", "--ready-file", "--gateway-ready-file"];

    [TestCase("log")]
    [TestCase("log export")]
    [TestCase("replica")]
    [TestCase("replica run")]
    [TestCase("replica replace")]
    [TestCase("master")]
    [TestCase("master run")]
    [CancelAfter(90_000)]
    public async Task A_page_is_one_of_px(string page, CancellationToken cancellation)
    {
        CommandResult help = await Command.PxAsync(cancellation, [.. page.Split(' '), "--help"]);

        string[] lines = help.Succeeded().OutputLines;
        Assert.That(lines, Has.Some.StartsWith($"  px {page} ").And.Some.Contains($"Example: px {page.Split(' ')[0]} "));
        Assert.That(lines.Where(static line => line.Contains("Example:", StringComparison.Ordinal)), Is.All.Contains("Example: px "));
        Assert.That(lines.Where(static line => line.StartsWith("  -", StringComparison.Ordinal)), Is.All.Not.EndsWith(".").And.All.Not.Match("<[a-z-]+>"));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task What_is_given_as_an_example_for_a_group_runs(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        (await group.SendAsync("lobby", "hello\n", cancellation, "--nick", "ann")).Succeeded();
        (await group.ReplicasAsync(cancellation))[2].Kill();

        (await RunAsync(group, (await ExamplesAsync("replica replace", cancellation)).Single(), cancellation)).Succeeded();
        (await group.PxAsync("", cancellation, "down", "--dir", group.Directory)).Succeeded();

        string[] exports = [.. await ExamplesAsync("log", cancellation), .. await ExamplesAsync("log export", cancellation)];
        Assert.That(exports, Has.Length.GreaterThanOrEqualTo(3));
        foreach (string export in exports)
            Assert.That((await RunAsync(group, export, cancellation)).Succeeded().OutputLines.Single(), Does.EndWith("\tlobby\t1\tann\thello"));
    }

    [TestCase("replica")]
    [TestCase("replica run")]
    [TestCase("master")]
    [TestCase("master run")]
    [CancelAfter(240_000)]
    public async Task What_is_given_as_an_example_for_the_foreground_runs_until_it_is_asked_to_end(string page, CancellationToken cancellation)
    {
        string[] examples = [.. (await ExamplesAsync(page, cancellation)).Where(static example => example.Contains(" run ", StringComparison.Ordinal))];

        Assert.That(examples, Is.Not.Empty);
        foreach (string example in examples)
        {
            using TestFolder folder = new();
            string command = WithFreePorts(example).Replace("--data ", $"--data {folder.FullPath}/", StringComparison.Ordinal);
            await using StartedProcess process = StartedProcess.Start(Programs.Px, command.Split(' ')[1..]);
            await Eventually.HoldsAsync($"{example} listens", () => process.Error.Contains("listens on", StringComparison.Ordinal) ? null : process.Error, cancellation);
            Assert.That(await process.StopAsync(cancellation), Is.Zero, process.Error);
        }
    }

    [TestCase("replica")]
    [TestCase("master")]
    [CancelAfter(240_000)]
    public async Task A_word_that_makes_no_sense_is_told_with_the_option_the_word_what_is_allowed_and_the_page(string program, CancellationToken cancellation)
    {
        CommandResult help = await Command.PxAsync(cancellation, program, "run", "--help");
        string[] options = [.. help.Succeeded().OutputLines.Select(static line => OptionWithValue().Match(line)).Where(static match => match.Success).Select(static match => match.Groups["name"].Value)];
        Assert.That(options, Has.Length.GreaterThan(20));

        foreach (string[] some in options.SelectMany(static option => _nonsense.Select(word => (string[])[option, word])))
        {
            (string option, string word) = (some[0], some[1]);
            using TestFolder folder = new();
            CommandResult result = await Command.PxAsync(cancellation, [program, "run", .. Needed(folder, option), $"{option}={word}"]);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(result.Code, Is.Not.Zero.And.Not.EqualTo(ExitCodes.Internal), $"{option}={word}: {result.Error}");
                Assert.That(result.Error, Does.Match("^PX1[01][0-9]{2}: ").And.Not.Contain("System.").And.Not.Contain("Nullable").And.Not.Contain("Int32").And.Not.Contain("   at "));
            }
            // Any word is a name of a file; it fails because nothing is there.
            if (_files.Contains(option, StringComparer.Ordinal))
                continue;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(result.Code, Is.EqualTo(ExitCodes.Usage), $"{option}={word}: {result.Error}");
                Assert.That(result.ErrorLines[0], Does.Contain($"{option}: ").And.Match("(is not|is no|there are) .*[0-9a-z]"));
                Assert.That(result.ErrorLines[0], Does.Contain($"'{word}'"));
                Assert.That(result.ErrorLines[1], Does.EndWith($" {program} run --help"));
            }
        }
    }

    // What else the command line needs, so that the one word is all that is wrong with it; nothing is there that could be started.
    private static string[] Needed(TestFolder folder, string option) =>
    [
        .. (string[])(option is "--data" ? [] : ["--data", folder.File("data")]),
        .. (string[])(option is "--self" ? [] : ["--self", "0"]),
        .. (string[])(option is "--members" or "--members-file" ? [] : ["--members", "127.0.0.1:1"]),
        .. (string[])(option is "--masters" ? ["--group", "1"] : []),
    ];

    private static async Task<string[]> ExamplesAsync(string page, CancellationToken cancellation)
    {
        // Those of the page itself: below it stand those of its verbs.
        string[] lines = (await Command.PxAsync(cancellation, [.. page.Split(' '), "--help"])).Succeeded().OutputLines;
        return [.. lines.TakeWhile(static line => !line.StartsWith("Usage:", StringComparison.Ordinal)).Select(static line => line.Trim())
            .Where(static line => line.StartsWith("Example: ", StringComparison.Ordinal)).Select(static line => line["Example: ".Length..])];
    }

    private static Task<CommandResult> RunAsync(PxGroup group, string example, CancellationToken cancellation) =>
        group.PxAsync("", cancellation, example.Replace(ExampleGroup, group.Directory, StringComparison.Ordinal).Split(' ')[1..]);

    // Each port of an example is another one here, the same wherever it stands.
    private static string WithFreePorts(string example)
    {
        string[] ports = [.. Port().Matches(example).Select(static match => match.Value).Distinct(StringComparer.Ordinal)];
        int first = FreePorts.Next(ports.Length);
        return Port().Replace(example, match => $"127.0.0.1:{first + Array.IndexOf(ports, match.Value)}");
    }

    [GeneratedRegex("127\\.0\\.0\\.1:[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Port();

    [GeneratedRegex("^  (?<name>--[a-z-]+) <", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OptionWithValue();
}
