using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>A killed primary is left at once (rule 6), in whatever order its last messages and the ends of its connections are noticed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LostPrimaryTests
{
    private static readonly ReplicaId _primary = new(0);

    private readonly CoreCluster _cluster = new(3);

    [SetUp]
    public void Lead()
    {
        _cluster.Run(20);
        Assert.That(_cluster[0].IsServing, Is.True);
        _cluster.Sent.Clear();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_killed_primary_is_left_at_once_though_its_last_words_are_read_late(bool outgoingEndsFirst)
    {
        for (int follower = 1; follower < 3; follower++)
        {
            List<Input> told = [];
            PeerPresence presence = new(_primary, told.Add);
            presence.IncomingUp();
            presence.OutgoingUp();
            told.Clear();

            // The kernel of the killed process closes both connections; on the incoming one its last frames are still unread.
            if (outgoingEndsFirst)
                presence.OutgoingDown();
            told.Add(Input.FromPeer(_primary, LastWord()));
            presence.IncomingDown();
            if (!outgoingEndsFirst)
                presence.OutgoingDown();
            _cluster.Step(follower, [.. told]);
        }

        Assert.That(Leaving, Is.EqualTo(4), "each tells both others");
    }

    [Test]
    public void Last_words_that_are_read_in_a_later_turn_do_not_bring_a_lost_primary_back()
    {
        _cluster.Step(1, Input.PeerDisconnected(_primary));
        _cluster.Step(1, Input.FromPeer(_primary, LastWord()));

        Assert.That(_cluster[1].HearsQuorum, Is.False);
    }

    [Test]
    public void A_claim_of_a_candidate_that_is_gone_already_is_left_at_once()
    {
        ReplicaId candidate = new(2);
        _cluster.Step(1, Input.PeerDisconnected(candidate));

        _cluster.Step(1, Input.FromPeer(candidate, new LeaderClaim(new View(2), Slot.Zero)));

        Assert.That(_cluster[1].View, Is.EqualTo(new View(2)));
        Assert.That(_cluster.Sent.Where(frame => frame.Message is LeaveView { View.Number: 2 }), Is.Not.Empty);
    }

    [Test]
    public void A_primary_that_has_a_new_connection_is_followed_again()
    {
        _cluster.Step(1, Input.PeerDisconnected(_primary));
        Assert.That(_cluster[1].HearsQuorum, Is.False);

        _cluster.Step(1, Input.PeerConnected(_primary));

        Assert.That(_cluster[1].HearsQuorum, Is.True);
    }

    [Test]
    public void The_loss_of_another_follower_is_no_reason_to_leave()
    {
        _cluster.Step(1, Input.PeerDisconnected(new ReplicaId(2)));

        Assert.That(_cluster[1].HearsQuorum, Is.True);
        Assert.That(Leaving, Is.Zero);
    }

    private int Leaving => _cluster.Sent.Count(frame => frame.Message is LeaveView);

    private Heartbeat LastWord() =>
        new(new View(0), _cluster[0].Decided, 0, HearsQuorum: true, new Slot(1), Slot.Zero, 0);
}
