using NUnit.Framework;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class ChatOutageTests
{
    [Test]
    public void A_short_outage_is_told_in_one_line_when_another_one_leads()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());
        int alarm = notices.Outage;

        Assert.That(notices.Back(Back(0.066)), Is.True);
        Assert.That(notices.Alarm(alarm, "no quorum"), Is.Null);
        Assert.That(OutageNotices.BackText("r2", TimeSpan.FromSeconds(0.066), 0), Is.EqualTo("r2 leads, 66 ms, nothing lost"));
    }

    [Test]
    public void A_connection_that_was_lost_for_a_moment_is_not_worth_a_word()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());

        Assert.That(notices.Back(Lost() with { Kind = ConnectionChangeKind.Back, Outage = TimeSpan.FromSeconds(0.9) }), Is.False);
        notices.Lost(Lost());
        Assert.That(notices.Back(Lost() with { Kind = ConnectionChangeKind.Back, Outage = TimeSpan.FromSeconds(1.1) }), Is.True);
    }

    [Test]
    public void A_long_one_is_told_once_with_what_is_known()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());

        Assert.That(notices.Alarm(notices.Outage, "no quorum"), Is.EqualTo("no quorum"));
        Assert.That(notices.Alarm(notices.Outage, "no quorum"), Is.Null);
        Assert.That(notices.Back(Back(1.4)), Is.True);
        Assert.That(OutageNotices.BackText("r2", TimeSpan.FromSeconds(1.4), 12), Is.EqualTo("r2 leads, 1.4 s, nothing lost, 12 messages more meanwhile"));
    }

    [Test]
    public void What_is_not_known_is_not_said_and_what_is_missing_is()
    {
        Assert.That(OutageNotices.BackText("r2", TimeSpan.FromSeconds(2), null), Is.EqualTo("r2 leads, 2 s"));
        Assert.That(OutageNotices.BackText("r2", TimeSpan.FromSeconds(2), -1), Is.EqualTo("r2 leads, 2 s, LOST: the room ends 1 message before what was shown here"));
    }

    [Test]
    public void The_alarm_of_one_outage_is_nothing_to_the_next()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());
        int first = notices.Outage;
        notices.Back(Back(0.1));
        notices.Lost(Lost());

        Assert.That(notices.Alarm(first, "no quorum"), Is.Null);
    }

    [Test]
    public void Each_group_has_outages_of_its_own()
    {
        OutageNotices notices = new();
        notices.Lost(Lost());
        int first = notices.Outage;
        notices.Lost(Lost() with { Group = GroupId.Masters });
        int second = notices.Outage;

        Assert.That(notices.Alarm(first, known: null), Is.EqualTo("lost primary h:1: reset; trying"));
        Assert.That(notices.Alarm(second, known: null), Is.EqualTo("lost primary of the masters h:1: reset; trying"));
        Assert.That(notices.Back(Back(1.4) with { Group = GroupId.Masters }), Is.True);
        Assert.That(notices.Back(Back(2.4)), Is.True);
    }

    private static ConnectionChange Lost() => new(ConnectionChangeKind.Lost, "h:1", new View(0), "reset", TimeSpan.Zero, 0);

    private static ConnectionChange Back(double seconds) =>
        new(ConnectionChangeKind.Back, "h:2", new View(1), "", TimeSpan.FromSeconds(seconds), 0);
}
