using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>The audit finds what it is there to find: otherwise all the others would pass for nothing.</summary>
[TestFixture]
public sealed class LogAuditTests
{
    private static readonly string[] Good = ["1\tlobby\t1\tann\ta1", "1\tlobby\t2\tben\tb1", "3\tlobby\t3\tann\ta2"];

    [Test]
    public void A_log_with_every_message_once_and_in_order_passes()
    {
        Assert.That(() => Check(Good), Throws.Nothing);
    }

    [Test]
    public void A_lost_message_is_found() => AssertFound("committed as 3", Good[0], Good[1]);

    [Test]
    public void A_doubled_message_is_found() => AssertFound("once more", [.. Good, "4\tlobby\t4\tann\ta2"]);

    [Test]
    public void Messages_that_changed_places_are_found() =>
        AssertFound("comes after", "1\tlobby\t1\tann\ta2", "1\tlobby\t2\tben\tb1", "3\tlobby\t3\tann\ta1");

    [Test]
    public void A_gap_in_a_room_is_found() => AssertFound("comes next", Good[0], Good[1], "3\tlobby\t4\tann\ta2");

    [Test]
    public void A_message_that_was_certainly_not_applied_is_found() => AssertFound("certainly not applied", [.. Good, "4\tlobby\t4\tben\tb2"]);

    [Test]
    public void A_message_that_nobody_said_is_found() => AssertFound("nobody said", [.. Good, "4\tlobby\t4\tzoe\tz1"]);

    [Test]
    public void Logs_that_differ_are_found()
    {
        Assert.That(
            () => LogAudit.CheckEqual([Read(Good), Read(Good[0], Good[1])]),
            Throws.TypeOf<AssertionException>().With.Message.Contains("after 2 equal messages"));
    }

    [Test]
    public void Tabs_and_line_feeds_within_a_message_are_read_as_they_were_said()
    {
        Assert.That(Read(@"1	lobby	1	ann	a\tb\nc\\td").Messages.Single().Text, Is.EqualTo("a\tb\nc\\td"));
    }

    private static void AssertFound(string words, params string[] lines) =>
        Assert.That(() => Check(lines), Throws.TypeOf<AssertionException>().With.Message.Contains(words));

    private static void Check(params string[] lines)
    {
        // Where a writer's order is wrong, its numbers are taken from the log: only the order is at fault then.
        long first = lines[0].EndsWith("a2", StringComparison.Ordinal) ? 3 : 1;
        Writer ann = Said("ann", ("a1", MessageFate.Committed, first), ("a2", MessageFate.Committed, 4 - first));
        Writer ben = Said("ben", ("b1", MessageFate.Committed, 2), ("b2", MessageFate.NotApplied, 0), ("b3", MessageFate.Unknown, 0));
        LogAudit.Check(Read(lines), ann, ben);
    }

    private static Writer Said(string name, params (string Text, MessageFate Fate, long Number)[] messages)
    {
        Writer writer = new(name, "lobby", client: null!);
        foreach ((string text, MessageFate fate, long number) in messages)
            writer.Remember(new SentMessage(text) { Fate = fate, Number = number });
        return writer;
    }

    private static ExportedLog Read(params string[] lines) =>
        ExportedLog.Read(new CommandResult(0, string.Concat(lines.Select(line => line + "\n")), ""));
}
