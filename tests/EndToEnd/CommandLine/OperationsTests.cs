using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>What whoever runs groups and scripts meets in the first hour: which group is meant, how programs end, where the logs are, and what becomes of empty lines.</summary>
[TestFixture]
public sealed class OperationsTests() : SharedGroup(replicas: 3)
{
    private const int Terminated = 143;

    [Test]
    [CancelAfter(180_000)]
    public async Task After_the_end_of_one_group_the_one_before_it_that_still_runs_is_remembered(CancellationToken cancellation)
    {
        string other = Group.Directory + "-other";
        (await Group.UpAsync(cancellation)).Succeeded(); // Remembered now, whatever was before.
        (await Group.PxAsync("", cancellation, "up", "--dir", other, "--replicas", "1")).Succeeded();
        CommandResult second = await Group.PxAsync("", cancellation, "ps");

        (await Group.PxAsync("", cancellation, "down")).Succeeded();
        CommandResult first = await Group.PxAsync("", cancellation, "ps");

        Assert.That(second.Succeeded().Output, Does.Contain(other));
        Assert.That(first.Succeeded().Output, Does.Contain($"{Group.Directory}/r0").And.Not.Contain(other));
        Assert.That(first.Output, Does.Contain("primary"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task With_the_last_group_ended_none_is_remembered_and_the_error_says_so(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        Dictionary<string, string?> environment = new(Group.Environment, StringComparer.Ordinal) { ["XDG_CONFIG_HOME"] = folder.File("config") };
        string own = Group.Directory + "-own";
        (await Command.RunAsync(Programs.Px, ["up", "--dir", own, "--replicas", "1"], input: null, environment, cancellation)).Succeeded();
        (await Command.RunAsync(Programs.Px, ["down"], input: null, environment, cancellation)).Succeeded();

        foreach (string verb in new[] { "up", "down", "ps", "logs", "status", "rooms" })
            ErrorAssert.Failed(await Command.RunAsync(Programs.Px, [verb], input: null, environment, cancellation), ExitCodes.Usage, "PX1201", "is remembered", "or px down has ended it");
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_second_up_says_that_all_was_running(CancellationToken cancellation)
    {
        (await Group.UpAsync(cancellation)).Succeeded();

        CommandResult again = await Group.UpAsync(cancellation);

        Assert.That(again.Succeeded().Error, Does.Contain("all was running, and nothing was started"));
        Assert.That(Group.Started!.Error, Does.Not.Contain("all was running"));
    }

    [TestCase("ps")]
    [TestCase("status")]
    [TestCase("rooms")]
    [TestCase("logs")]
    [TestCase("up")]
    [CancelAfter(180_000)]
    public async Task Every_way_of_saying_where_is_understood(string verb, CancellationToken cancellation)
    {
        (await Group.UpAsync(cancellation)).Succeeded();
        string addresses = string.Join(',', (await Group.ReplicasAsync(cancellation)).Select(static replica => replica.Address));
        Dictionary<string, string?> named = new(Group.Environment, StringComparer.Ordinal) { ["PX_ENDPOINTS"] = addresses };

        (await Group.PxAsync("", cancellation, verb, "--dir", Group.Directory, "--json")).Succeeded();
        (await Group.PxAsync("", cancellation, verb, "--endpoints", addresses, "--json")).Succeeded();
        (await Command.RunAsync(Programs.Px, [verb, "--json"], input: null, named, cancellation)).Succeeded();
        (await Group.PxAsync("", cancellation, verb, "--json")).Succeeded();
        ErrorAssert.Failed(await Group.PxAsync("", cancellation, verb, "--dir", Group.Directory, "--endpoints", addresses), ExitCodes.Usage, "PX1200", "--dir and --endpoints");
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Processes_at_addresses_that_nobody_started_here_are_left_alone(CancellationToken cancellation)
    {
        CommandResult result = await Group.PxAsync("", cancellation, "down", "--endpoints", "127.0.0.1:1");

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200", "127.0.0.1:1", "say --dir");
    }

    [TestCase("tail", "lobby", "--follow")]
    [TestCase("status", "--watch")]
    [TestCase("logs", "--follow")]
    [CancelAfter(180_000)]
    public async Task A_request_to_end_is_not_an_interrupt(string verb, params string[] more)
    {
        CancellationToken cancellation = TestContext.CurrentContext.CancellationToken;
        (await Group.UpAsync(cancellation)).Succeeded();
        (await Group.SendAsync("lobby", "hello\n", cancellation)).Succeeded();
        await using StartedProcess process = StartedProcess.Start(Programs.Px, [verb, .. more, "--dir", Group.Directory], input: null, Group.Environment);
        await Eventually.HoldsAsync("it is at work", () => process.Output.Length > 0 ? null : process.Error, cancellation);

        Assert.That(await process.StopAsync(cancellation), Is.EqualTo(Terminated), process.Error);
        Assert.That(process.Error, Is.Empty);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task The_program_logs_are_shown_in_the_order_of_time_and_go_on(CancellationToken cancellation)
    {
        (await Group.UpAsync(cancellation)).Succeeded();
        CommandResult all = await Group.PxAsync("", cancellation, "logs", "-n", "1000", "--dir", Group.Directory);
        CommandResult one = await Group.PxAsync("", cancellation, "logs", "r1", "--last", "1", "--dir", Group.Directory);
        CommandResult unknown = await Group.PxAsync("", cancellation, "logs", "r7", "--dir", Group.Directory);
        await using StartedProcess following = StartedProcess.Start(Programs.Px, ["logs", "--follow", "r2", "-n", "1", "--dir", Group.Directory], input: null, Group.Environment);
        await Eventually.HoldsAsync("it shows the last line", () => following.Output.Length > 0 ? null : following.Error, cancellation);

        (await Group.PxAsync("", cancellation, "down", "--dir", Group.Directory)).Succeeded();
        await Eventually.HoldsAsync("it shows the end", () => following.Output.Split('\n').Length > 2 ? null : following.Output, cancellation);
        (await Group.UpAsync(cancellation)).Succeeded();

        Assert.That(all.Succeeded().OutputLines, Is.All.Match(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  r[012]  \w+ +\S"));
        Assert.That(all.OutputLines.Select(static line => line[..23]), Is.Ordered);
        Assert.That(all.Output, Does.Contain("  r0  ").And.Contain("  r1  ").And.Contain("  r2  ").And.Contain("listens on"));
        Assert.That(one.Succeeded().OutputLines, Has.Length.EqualTo(1).And.All.Contains("  r1  "));
        ErrorAssert.Failed(unknown, ExitCodes.NotFound, "PX1228", "'r7' is none of r0, r1, r2");
        Assert.That(following.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.All.Contains("  r2  "));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Empty_lines_of_a_stream_are_left_out_kept_or_an_error(CancellationToken cancellation)
    {
        const string Lines = "one\n\ntwo\n\n";
        (await Group.UpAsync(cancellation)).Succeeded();

        CommandResult skip = await Group.SendAsync("blank-skip", Lines, cancellation);
        CommandResult keep = await Group.SendAsync("blank-keep", Lines, cancellation, "--blank", "keep");
        CommandResult fail = await Group.SendAsync("blank-fail", Lines, cancellation, "--blank", "fail");
        CommandResult chat = await Group.PxAsync(Lines, cancellation, "chat", "--room", "blank-chat", "--dir", Group.Directory);

        Assert.That(skip.Succeeded().Error, Does.StartWith("2 empty lines were left out").And.Contain("2 messages committed"));
        Assert.That(keep.Succeeded().Error, Does.StartWith("4 messages committed"));
        ErrorAssert.Failed(fail, ExitCodes.Rejected, "PX1207", "line 2", "1 line committed");
        Assert.That(chat.Succeeded().Error, Does.Contain("2 empty lines were left out"));
        Assert.That(await TextsAsync("blank-skip", cancellation), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(await TextsAsync("blank-keep", cancellation), Is.EqualTo(new[] { "one", " ", "two", " " }));
        Assert.That(await TextsAsync("blank-chat", cancellation), Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task The_last_messages_are_asked_for_as_hands_expect(CancellationToken cancellation)
    {
        (await Group.UpAsync(cancellation)).Succeeded();
        (await Group.SendAsync("numbers", "1\n2\n3\n4\n", cancellation)).Succeeded();

        CommandResult two = await Group.PxAsync("", cancellation, "tail", "numbers", "-n", "2", "--dir", Group.Directory);
        CommandResult joined = await Group.PxAsync("", cancellation, "tail", "-n3", "numbers", "--dir", Group.Directory);
        CommandResult follow = await Group.PxAsync("", cancellation, "tail", "-f", "numbers", "-n", "2", "--count", "2", "--dir", Group.Directory);
        CommandResult help = await Group.PxAsync("", cancellation, "help", "log", "export");

        Assert.That(two.Succeeded().OutputLines.Select(static line => line.Split('\t')[2]), Is.EqualTo(new[] { "3", "4" }));
        Assert.That(joined.Succeeded().OutputLines, Has.Length.EqualTo(3));
        Assert.That(follow.Succeeded().OutputLines, Has.Length.EqualTo(2));
        Assert.That(help.Succeeded().Output, Does.Contain("Print the executed log of a stopped replica"));
    }

    private async Task<string[]> TextsAsync(string room, CancellationToken cancellation) =>
        [.. (await Group.PxAsync("", cancellation, "tail", room, "--json", "--dir", Group.Directory)).JsonLines().Select(static message => message.Text("text"))];
}
