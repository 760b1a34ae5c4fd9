using NUnit.Framework;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What was first proposed below the highest first view that was executed does nothing (rule 3; schedules 22 and 59).</summary>
public sealed class DeadEntryTests
{
    private static readonly SessionId _session = new(1);

    private ExecutedLog _log = null!;

    [SetUp]
    public void StartAnEmptyLog() => _log = new ExecutedLog();

    [Test]
    public void Half_of_what_a_lost_primary_proposed_does_not_come_back_behind_the_next_one()
    {
        // Schedule 22: of "hello" and "world" of view 0, view 2 found neither; view 4 finds "world" on a replica that was away.
        _log.Execute(InView(2));

        List<ClientReply> replies = _log.Execute(InView(0, Send(_session, 2, "world", previous: 0)));

        Assert.That(replies, Is.Empty, "nobody is told anything of it");
        Assert.That(_log.History("lobby").Last, Is.Zero);
        Assert.That(_log.State.Sessions.Count, Is.Zero);
        Assert.That(Numbers(_log.Execute(InView(4, Send(_session, 1, "hello"), Send(_session, 2, "world")))), Is.EqualTo("1 2"));
        Assert.That(_log.Texts("lobby"), Is.EqualTo("hello world"));
    }

    [TestCase(3, true)]
    [TestCase(4, false)]
    [TestCase(5, false)]
    public void An_entry_is_dead_below_the_highest_first_view_and_not_in_it(int view, bool isDead)
    {
        _log.Execute(InView(4, Send(_session, 1)));

        List<ClientReply> replies = _log.Execute(InView(view, Send(_session, 2), Send(_session, 3)));

        Assert.That(replies, Has.Count.EqualTo(isDead ? 0 : 2));
        Assert.That(_log.History("lobby").Last, Is.EqualTo(isDead ? 1 : 3));
        Assert.That(_log.State.HighestFirstView, Is.EqualTo(new View(Math.Max(4, view))));
    }

    [Test]
    public void A_dead_entry_kills_nothing_that_follows_and_the_highest_view_counts_not_the_last()
    {
        _log.Execute(InView(4));
        _log.Execute(InView(1, Send(_session, 1, "one")));

        Assert.That(_log.Execute(InView(3, Send(_session, 1, "three"))), Is.Empty);
        Assert.That(_log.Execute(InView(4, Send(_session, 1, "four"))), Has.Count.EqualTo(1));
        Assert.That(_log.Texts("lobby"), Is.EqualTo("four"));
    }

    [Test]
    public void A_dead_entry_takes_its_slot_and_changes_the_hash_but_no_session()
    {
        _log.Execute(InView(4, Send(_session, 1)));
        ulong hash = _log.State.Hash;
        ulong digest = _log.State.Sessions.Find(_session)!.Digest;

        _log.Execute(InView(3, Send(_session, 1, acknowledgedBelow: 1), Send(_session, 2, acknowledgedBelow: 2)));

        Assert.That(_log.State.Executed, Is.EqualTo(new Slot(2)));
        Assert.That(_log.State.Hash, Is.Not.EqualTo(hash));
        Assert.That(_log.State.Sessions.Find(_session)!.Digest, Is.EqualTo(digest));
        Assert.That(_log.State.Sessions.Find(_session)!.AcknowledgedBelow, Is.EqualTo(1));
    }

    [Test]
    public void The_log_time_of_a_dead_entry_counts_and_sessions_are_dropped_by_it()
    {
        _log.Execute(InView(4, Send(_session, 1, expiry: 2000)));

        _log.Execute(EntryOf(new EntryStamp(new View(3), 2001, 0), Send(_session, 2)));

        Assert.That(_log.State.LogTime, Is.EqualTo(2001));
        Assert.That(_log.State.Sessions.Count, Is.Zero);
    }

    [Test]
    public void Log_time_never_goes_back_whatever_is_stamped()
    {
        foreach ((long stamp, long expected) in new[] { (0L, 0L), (500, 500), (400, 500), (0, 500), (501, 501), (501, 501) })
        {
            _log.Execute(EntryOf(stamp));
            Assert.That(_log.State.LogTime, Is.EqualTo(expected));
        }
    }

    private static Entry InView(long view, params ReadOnlySpan<ClientRequest> requests) => EntryOf(new EntryStamp(new View(view), 1000, 0), requests);
}
