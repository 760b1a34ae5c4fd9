using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerPresenceTests
{
    private static readonly ReplicaId _peer = new(1);
    private static readonly Input _connected = Input.PeerConnected(_peer);
    private static readonly Input _disconnected = Input.PeerDisconnected(_peer);

    private readonly List<Input> _told = [];
    private readonly PeerPresence _presence;

    public PeerPresenceTests() => _presence = new PeerPresence(_peer, _told.Add);

    [Test]
    public void A_peer_is_connected_when_this_replica_reaches_it()
    {
        _presence.IncomingUp();
        Assert.That(_told, Is.Empty);

        _presence.OutgoingUp();

        Assert.That(_told, Is.EqualTo(new[] { _connected }));
    }

    [Test]
    public void A_killed_peer_is_lost_once_although_both_connections_end()
    {
        _presence.OutgoingUp();
        _presence.IncomingUp();

        _presence.IncomingDown();
        Assert.That(_told, Is.EqualTo(new[] { _connected, _disconnected }));
        _presence.OutgoingDown();

        Assert.That(_told, Is.EqualTo(new[] { _connected, _disconnected }));
    }

    [Test]
    public void The_loss_of_either_connection_is_told()
    {
        _presence.OutgoingUp();
        _presence.OutgoingDown();

        Assert.That(_told, Is.EqualTo(new[] { _connected, _disconnected }));
    }

    [Test]
    public void A_peer_that_could_only_send_is_lost_too()
    {
        _presence.IncomingUp();

        _presence.IncomingDown();

        Assert.That(_told, Is.EqualTo(new[] { _disconnected }));
    }

    [Test]
    public void A_connection_of_the_peer_that_was_replaced_says_nothing()
    {
        _presence.OutgoingUp();
        _presence.IncomingUp();

        _presence.IncomingUp();
        _presence.IncomingDown();

        Assert.That(_told, Is.EqualTo(new[] { _connected }));
    }

    [Test]
    public void A_peer_whose_own_connection_was_lost_is_connected_again_when_it_has_a_new_one()
    {
        _presence.OutgoingUp();
        _presence.IncomingUp();
        _presence.IncomingDown();

        _presence.IncomingUp();

        Assert.That(_told, Is.EqualTo(new[] { _connected, _disconnected, _connected }));
    }

    [Test]
    public void Each_new_connection_to_the_peer_is_told_because_what_was_in_flight_is_lost()
    {
        _presence.OutgoingUp();
        _presence.OutgoingDown();

        _presence.OutgoingUp();

        Assert.That(_told, Is.EqualTo(new[] { _connected, _disconnected, _connected }));
    }
}
