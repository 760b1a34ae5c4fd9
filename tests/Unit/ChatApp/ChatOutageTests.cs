using NUnit.Framework;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class ChatOutageTests
{
    [Test]
    public void A_short_outage_is_not_worth_a_word()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());
        int alarm = notices.Outage;

        Assert.That(notices.Back(Back(0.9)), Is.EqualTo((default(string), false)));
        Assert.That(notices.Alarm(alarm), Is.Null);
    }

    [Test]
    public void A_long_one_is_told_at_both_edges_and_once()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());

        Assert.That(notices.Alarm(notices.Outage), Is.EqualTo("lost primary h:1: reset"));
        Assert.That(notices.Alarm(notices.Outage), Is.Null);
        Assert.That(notices.Back(Back(1.4)), Is.EqualTo((default(string), true)));
        Assert.That(OutageNotices.BackText(Back(1.4), 12), Is.EqualTo("back, 12 caught up, 1.4 s (primary h:2)"));
    }

    [Test]
    public void An_alarm_that_comes_late_loses_neither_edge()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());

        Assert.That(notices.Back(Back(1.1)), Is.EqualTo(("lost primary h:1: reset", true)));
    }

    [Test]
    public void The_alarm_of_one_outage_is_nothing_to_the_next()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());
        int first = notices.Outage;
        notices.Back(Back(0.1));
        notices.Lost(Lost());

        Assert.That(notices.Alarm(first), Is.Null);
    }

    [Test]
    public void Each_group_has_outages_of_its_own()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());
        int first = notices.Outage;
        notices.Lost(Lost() with { Group = GroupId.Masters });
        int second = notices.Outage;

        Assert.That(notices.Alarm(first), Is.EqualTo("lost primary h:1: reset"));
        Assert.That(notices.Alarm(second), Is.EqualTo("lost primary of the masters h:1: reset"));
        Assert.That(notices.Back(Back(1.4) with { Group = GroupId.Masters }), Is.EqualTo((default(string), true)));
        Assert.That(notices.Back(Back(2.4)), Is.EqualTo((default(string), true)));
        Assert.That(OutageNotices.BackText(Back(1.4) with { Group = GroupId.Masters }, 0), Is.EqualTo("back, 0 caught up, 1.4 s (primary of the masters h:2)"));
    }

    private static ConnectionChange Lost() => new(ConnectionChangeKind.Lost, "h:1", new View(0), "reset", TimeSpan.Zero, 0);

    private static ConnectionChange Back(double seconds) =>
        new(ConnectionChangeKind.Back, "h:2", new View(1), "", TimeSpan.FromSeconds(seconds), 0);
}
