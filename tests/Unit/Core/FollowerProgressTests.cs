using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>What a primary sends a follower again, and when: at once what was refused, patiently what is only slow (rule 4).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FollowerProgressTests
{
    private static readonly Slot _sent = new(10);

    private readonly FollowerProgress _follower = new();
    private readonly EntryLog _log = new(new RecoveredState());

    [SetUp]
    public void Send_ten_slots()
    {
        _follower.Start(Slot.Zero, isConnected: true, tick: 0);
        for (Slot slot = Slot.Zero.Next; slot <= _sent; slot = slot.Next)
        {
            _log.Accept(new View(3), slot, Entry.NoOp);
            _follower.OnSent(Entry.NoOp);
        }
    }

    [TestCase(3, 3, 4, TestName = "An_answer_to_a_later_proposal_that_names_the_same_prefix_is_a_refusal")]
    [TestCase(3, 2, 11, TestName = "An_answer_that_names_a_shorter_prefix_came_late")]
    [TestCase(3, 4, 11, TestName = "An_answer_that_names_a_longer_prefix_is_progress")]
    [TestCase(10, 10, 11, TestName = "Nothing_is_missing_where_all_that_was_sent_is_accepted")]
    public void What_is_sent_next_after_a_beat(long matched, long answered, long next)
    {
        _follower.OnAccepted(new Slot(matched), _log);

        _follower.OnAnswer(new Slot(answered));
        _follower.OnAccepted(new Slot(answered), _log);
        _follower.OnBeat();

        Assert.That(_follower.Next, Is.EqualTo(new Slot(next)));
    }

    [Test]
    public void What_is_refused_again_is_sent_again_at_every_beat()
    {
        for (int beat = 0; beat < 20; beat++)
        {
            _follower.OnAnswer(Slot.Zero);
            _follower.OnBeat();
            Assert.That(_follower.Next, Is.EqualTo(Slot.Zero.Next), $"beat {beat}");
            _follower.OnSent(Entry.NoOp);
            _follower.OnSent(Entry.NoOp);
        }
    }

    [Test]
    public void A_refusal_is_spent_once_the_prefix_grows()
    {
        _follower.OnAnswer(Slot.Zero);
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
}
