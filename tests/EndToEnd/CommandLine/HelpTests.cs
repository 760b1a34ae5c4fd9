using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>What <c>px</c> says of itself: verbs, options, error codes.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class HelpTests
{
    // 0 is that of warnings: the verb that prints one ends as it would without.
    private static readonly int[] AllExitCodes = [0, 2, 3, 4, 5, 6, 7, 8, 9, 70, 130];

    [Test]
    [CancelAfter(180_000)]
    public async Task Every_verb_of_the_overview_helps_with_an_example(CancellationToken cancellation)
    {
        CommandResult overview = await Command.PxAsync(cancellation, "--help");
        string[] verbs =
        [
            .. overview.Succeeded().OutputLines
                .Where(line => line.StartsWith("  px ", StringComparison.Ordinal))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]),
        ];

        Assert.That(overview.Output, Does.Contain("Example: px "));
        Assert.That(verbs, Is.SupersetOf(new[] { "demo", "up", "down", "ps", "status", "ring", "shard", "chat", "send", "tail", "kv", "drill", "bench", "explain", "replica", "log" }));
        foreach (string verb in verbs)
        {
            CommandResult help = await Command.PxAsync(cancellation, verb, "--help");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(help.Code, Is.EqualTo(ExitCodes.Ok), verb);
                Assert.That(help.OutputLines.Select(line => line.Trim()), Has.Some.StartsWith($"Example: px {verb} "), verb);
                Assert.That(help.Error, Is.Empty, verb);
            }
        }
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Without_a_verb_the_overview_is_shown_as_a_usage_error(CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(cancellation);

        Assert.That(result.Code, Is.EqualTo(ExitCodes.Usage));
        Assert.That(result.Output, Is.EqualTo((await Command.PxAsync(cancellation, "help")).Succeeded().Output));
    }

    [TestCase("sned", "send")]
    [TestCase("tial", "tail")]
    [TestCase("satus", "status")]
    [TestCase("replicas", "replica")]
    [TestCase("lgo", "log")]
    [TestCase("kill-primary", null)]
    [CancelAfter(90_000)]
    public async Task An_unknown_verb_is_answered_with_the_nearest_one(string verb, string? nearest, CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(cancellation, verb, "--dir", "x");

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200", $"'{verb}'", "px --help");
        Assert.That(result.Error.Contains("did you mean", StringComparison.Ordinal), Is.EqualTo(nearest is not null));
        Assert.That(result.Error, Does.Contain(nearest is null ? "" : $"did you mean '{nearest}'?"));
    }

    [TestCase("PX1200", "up --dir x --replica 3", "--replicas")]
    [TestCase("PX1200", "drill kill-primry", "kill-primary")]
    [TestCase("PX1200", "kv dleete colour", "delete")]
    [TestCase("PX1200", "kv get colour --jsno", "--json")]
    [TestCase("PX1200", "log exprot --data x", "export")]
    [TestCase("PX1200", "log export --dat x", "--data")]
    [TestCase("PX1100", "replica run --dat x", "--data")]
    [CancelAfter(90_000)]
    public async Task So_is_an_unknown_option_or_word_of_a_verb(string error, string command, string nearest, CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(cancellation, command.Split(' '));

        ErrorAssert.Failed(result, ExitCodes.Usage, error);
        Assert.That(result.Error, Does.Match($"[Dd]id you mean '?{nearest}"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task All_codes_can_be_listed_for_people_and_for_scripts(CancellationToken cancellation)
    {
        JsonElement[] codes = (await Command.PxAsync(cancellation, "explain", "--json")).JsonLines();
        CommandResult list = await Command.PxAsync(cancellation, "explain");

        Assert.That(codes.Select(code => code.Text("code")), Is.Unique.And.All.Matches("^PX1[012][0-9]{2}$"));
        Assert.That(codes.Select(code => (int)code.Number("exitCode")).Distinct(), Is.SubsetOf(AllExitCodes));
        Assert.That(codes.SelectMany(code => code.Names()).Distinct(StringComparer.Ordinal), Is.EqualTo(new[] { "code", "exitCode", "title", "outcome", "cause", "next" }));
        foreach (JsonElement code in codes)
            Assert.That(list.Output, Does.Contain($"{code.Text("code")}  {code.Text("title")} (exit code {code.Number("exitCode")})"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Codes_of_the_replicas_are_explained_too(CancellationToken cancellation)
    {
        CommandResult text = await Command.PxAsync(cancellation, "explain", "px1101");
        JsonElement json = (await Command.PxAsync(cancellation, "explain", "1101", "--json")).JsonLines().Single();

        Assert.That(text.Succeeded().OutputLines[0], Is.EqualTo("PX1101  the port is in use (exit code 5)"));
        Assert.That((json.Text("code"), json.Number("exitCode"), json.Text("title")), Is.EqualTo(("PX1101", 5L, "the port is in use")));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task It_runs_from_any_folder_and_through_a_link(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string link = folder.File("px");
        File.CreateSymbolicLink(link, Programs.Px);

        CommandResult result = await Command.RunAsync(
            "/bin/sh", ["-c", "cd / && PATH=\"$1:$PATH\" px explain PX1200", "sh", folder.FullPath], input: null, environment: null, cancellation);

        Assert.That(result.Succeeded().Output, Does.StartWith("PX1200"));
        Assert.That(result.Error, Is.Empty);
    }
}
