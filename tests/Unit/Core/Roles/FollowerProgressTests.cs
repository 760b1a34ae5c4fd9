using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core.Roles;

/// <summary>What a primary sends a follower again, and when: at once what was refused, patiently what is only slow (rule 4).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FollowerProgressTests
{
    private static readonly Slot _sent = new(10);

    private readonly FollowerProgress _follower = new(matched: Slot.Zero, isConnected: true, tick: 0);
    private readonly EntryLog _log = new(new RecoveredState());

    [SetUp]
    public void Send_ten_slots()
    {
        for (Slot slot = Slot.Zero.Next; slot <= _sent; slot = slot.Next)
        {
            _log.Accept(new View(3), slot, Entry.NoOp);
            _follower.OnSent(Entry.NoOp);
        }
    }

    [TestCase(0, 1)]
    [TestCase(3, 4)]
    [TestCase(9, 10)]
    [TestCase(10, 11, Description = "all of it is accepted")]
    public void What_was_refused_is_sent_again_from_the_end_of_the_prefix(long matched, long next)
    {
        _follower.OnAccepted(new Slot(matched), _log);

        _follower.OnRefused();
        _follower.OnBeat();

        Assert.That(_follower.Next, Is.EqualTo(new Slot(next)));
    }

    [Test]
    public void An_answer_without_news_is_no_refusal()
    {
        _follower.OnAccepted(new Slot(3), _log);

        _follower.OnAccepted(new Slot(3), _log);
        _follower.OnBeat();

        Assert.That(_follower.Next, Is.EqualTo(_sent.Next));
    }

    [Test]
    public void What_is_refused_again_is_sent_again_at_every_beat()
    {
        for (int beat = 0; beat < 20; beat++)
        {
            _follower.OnRefused();
            _follower.OnBeat();
            Assert.That(_follower.Next, Is.EqualTo(Slot.Zero.Next), $"beat {beat}");
            _follower.OnSent(Entry.NoOp);
            _follower.OnSent(Entry.NoOp);
        }
    }

    [Test]
    public void A_refusal_is_spent_once_the_prefix_grows()
    {
        _follower.OnRefused();
        _follower.OnAccepted(new Slot(2), _log);
        _follower.OnBeat();

        Assert.That(_follower.Next, Is.EqualTo(_sent.Next));
    }

    [Test]
    public void What_is_only_slow_is_sent_again_after_a_pause_that_doubles()
    {
        List<int> pauses = [];
        for (int beats = 1; pauses.Count < 6; beats++)
        {
            _follower.OnBeat();
            if (_follower.Next == _sent.Next)
                continue;
            pauses.Add(beats);
            beats = 0;
            while (_follower.Next <= _sent)
                _follower.OnSent(Entry.NoOp);
        }

        Assert.That(pauses, Is.EqualTo(new[] { 2, 4, 8, 16, 16, 16 }));
    }

    /// <summary>Ten slots are under way; the window is so many slots long.</summary>
    [TestCase(9, false, Description = "less")]
    [TestCase(10, false, Description = "less by one")]
    [TestCase(11, true, Description = "equal")]
    [TestCase(12, true, Description = "greater")]
    public void The_next_slot_is_sent_while_it_is_in_the_window(int window, bool isSent)
    {
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(0), ResendSlots = window, UndecidedSlots = 1 };

        Assert.That(_follower.CanSend(Entry.NoOp, decided: Slot.Zero, options), Is.EqualTo(isSent));
    }

    [TestCase(-1, false, Description = "less")]
    [TestCase(0, true, Description = "equal")]
    [TestCase(1, true, Description = "greater")]
    public void Bytes_under_way_are_bounded(int more, bool isSent)
    {
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(0), UndecidedBytes = (11 * Entry.NoOp.Bytes.Length) + more };

        Assert.That(_follower.CanSend(Entry.NoOp, decided: Slot.Zero, options), Is.EqualTo(isSent));
    }

    [Test]
    public void Nothing_is_sent_without_a_connection_and_all_that_was_under_way_again_on_the_next()
    {
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(0) };
        _follower.OnConnection(isUp: false);
        bool isSent = _follower.CanSend(Entry.NoOp, decided: Slot.Zero, options);

        _follower.OnConnection(isUp: true);

        Assert.That(isSent, Is.False);
        Assert.That(_follower.Next, Is.EqualTo(Slot.Zero.Next));
        Assert.That(_follower.BytesInFlight, Is.Zero);
    }
}
