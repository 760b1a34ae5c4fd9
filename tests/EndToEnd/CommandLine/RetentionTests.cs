using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>A group that keeps only so much of each room, by options of <c>px up</c>.</summary>
[TestFixture]
public sealed class RetentionTests
{
    [Test]
    [CancelAfter(180_000)]
    public async Task What_was_trimmed_is_told_and_the_options_stay_with_the_group(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation, "--room-messages", "3");
        (await group.SendAsync("lobby", string.Concat(Enumerable.Range(1, 10).Select(number => $"m{number}\n")), cancellation)).Succeeded();

        CommandResult start = (await group.PxAsync("", cancellation, "tail", "lobby", "--dir", group.Directory)).Succeeded();
        Assert.That(start.OutputLines.Select(line => line.Split('\t')[0]), Is.EqualTo(new[] { "8", "9", "10" }));
        Assert.That(start.Error, Is.EqualTo("7 messages were trimmed, 1 to 7; going on from 8\n"));
        CommandResult trimmed = await group.PxAsync("", cancellation, "tail", "lobby", "--from", "2", "--dir", group.Directory);
        ErrorAssert.Failed(trimmed, ExitCodes.NotFound, "PX1224", "message 2 was trimmed", "the first one left is 8");

        CommandResult other = await group.UpAsync(cancellation, "--room-messages", "4");
        ErrorAssert.Failed(other, ExitCodes.Rejected, "PX1208", "--room-messages 3", "--room-messages 4");
        (await group.PxAsync("", cancellation, "down", "--dir", group.Directory)).Succeeded();
        (await group.UpAsync(cancellation)).Succeeded();
        (await group.SendAsync("lobby", "m11\n", cancellation)).Succeeded();
        CommandResult last = (await group.PxAsync("", cancellation, "tail", "lobby", "--from", "-20", "--dir", group.Directory)).Succeeded();
        Assert.That(last.OutputLines.Select(line => line.Split('\t')[0]), Is.EqualTo(new[] { "9", "10", "11" }));
    }

    [TestCase("--room-messages", "-1")]
    [TestCase("--room-age", "5")]
    [TestCase("--state-bytes", "-1")]
    [CancelAfter(60_000)]
    public async Task A_bound_that_is_none_starts_nothing(string option, string value, CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult up = await Command.RunAsync(Programs.Px, ["up", "--dir", folder.File("group"), option, value], input: null, environment: null, cancellation);

        ErrorAssert.Failed(up, ExitCodes.Usage, "PX1200", option);
    }
}
