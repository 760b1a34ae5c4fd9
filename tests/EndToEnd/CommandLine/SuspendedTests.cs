using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>A <c>px</c> that was stopped for longer than its time-outs goes on as if nothing had been; one that follows outlives the group.</summary>
[TestFixture]
public sealed class SuspendedTests() : SharedGroup(replicas: 1)
{
    private static readonly TimeSpan _longerThanTheTimeOut = TimeSpan.FromSeconds(3);

    [Test]
    [CancelAfter(300_000)]
    public async Task A_sender_that_was_stopped_sends_the_rest_and_reports_nothing_lost(CancellationToken cancellation)
    {
        const int count = 600_000;
        string lines = string.Concat(Enumerable.Range(1, count).Select(number => $"{number}\n"));
        await using StartedProcess sender = StartedProcess.Start(
            Programs.Px,
            ["send", "lobby", "--numbers", "--timeout", "2s", "--dir", Group.Directory],
            System.Text.Encoding.UTF8.GetBytes(lines),
            Group.Environment);
        await Eventually.HoldsAsync("it sends", () => sender.Output.Length > 0 ? null : sender.Error, cancellation);

        sender.Pause();
        Assert.That(sender.HasExited, Is.False, "it was stopped under way");
        await Task.Delay(_longerThanTheTimeOut, cancellation);
        sender.Continue();

        Assert.That(await sender.ExitAsync(cancellation), Is.EqualTo(ExitCodes.Ok), sender.Error);
        Assert.That(sender.Error, Does.StartWith($"{count} messages committed"));
        CommandResult last = await Group.PxAsync("", cancellation, "tail", "lobby", "--from", "last", "--dir", Group.Directory);
        Assert.That(last.Succeeded().Output, Does.StartWith($"{count}\t").And.EndsWith($"\t{count}\n"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_follower_that_was_stopped_goes_on_and_tells_of_no_outage(CancellationToken cancellation)
    {
        (await Group.SendAsync("watched", "one\n", cancellation, "--nick", "ann")).Succeeded();
        await using StartedProcess follower = Follow("watched");
        await Eventually.HoldsAsync("it follows", () => follower.Output.Length > 0 ? null : follower.Error, cancellation);

        follower.Pause();
        (await Group.SendAsync("watched", "two\n", cancellation, "--nick", "ann")).Succeeded();
        await Task.Delay(_longerThanTheTimeOut, cancellation);
        follower.Continue();

        await Eventually.HoldsAsync(
            "it has gone on", () => follower.Output is "1\tann\tone\n2\tann\ttwo\n" ? null : follower.Output + follower.Error, cancellation);
        Assert.That(follower.Error, Is.Empty);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_follower_outlives_its_group_and_says_at_both_edges_what_it_waits_for(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(1, cancellation);
        (await group.SendAsync("lobby", "one\n", cancellation, "--nick", "ann")).Succeeded();
        await using StartedProcess follower = StartedProcess.Start(
            Programs.Px, ["tail", "lobby", "--follow", "--dir", group.Directory], input: null, group.Environment);
        await Eventually.HoldsAsync("it follows", () => follower.Output.Length > 0 ? null : follower.Error, cancellation);
        PxReplica replica = (await group.ReplicasAsync(cancellation))[0];

        replica.Kill();
        await Eventually.HoldsAsync("it waits", () => follower.Error.Contains("nothing listens there", StringComparison.Ordinal) ? null : follower.Error, cancellation);
        (await group.UpAsync(cancellation)).Succeeded();
        (await group.SendAsync("lobby", "two\n", cancellation, "--nick", "ann")).Succeeded();

        await Eventually.HoldsAsync(
            "it has gone on", () => follower.Output is "1\tann\tone\n2\tann\ttwo\n" ? null : follower.Output + follower.Error, cancellation);
        Assert.That(Lines(follower.Error), Has.Length.EqualTo(2), follower.Error);
        Assert.That(Lines(follower.Error)[0], Does.StartWith("waiting for the group").And.Contains(replica.Address));
        Assert.That(Lines(follower.Error)[1], Does.StartWith("the group answers again"));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private StartedProcess Follow(string room) => StartedProcess.Start(
        Programs.Px, ["tail", room, "--follow", "--dir", Group.Directory], input: null, Group.Environment);
}
