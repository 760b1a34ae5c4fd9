using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>
/// Tells the core whether a peer is there. Each pair of replicas has two connections, one for each direction; a killed
/// peer closes both, and that is told once, at the first. Frames of the other one may still be read after that; only a new connection
/// says that the peer is there again. Any thread.
/// </summary>
/// <param name="peer">The peer.</param>
/// <param name="post">Where the core's inputs go.</param>
public sealed class PeerPresence(ReplicaId peer, Action<Input> post)
{
    private readonly Lock _gate = new();
    private int _incoming;
    private bool _isOutgoingUp;
    private bool _isGone = true;
    private bool _isLossTold = true;

    /// <summary>The connection to the peer is up: what was in flight on the one before is to be sent again.</summary>
    public void OutgoingUp()
    {
        lock (_gate)
        {
            _isOutgoingUp = true;
            TellConnected();
        }
    }

    /// <summary>The connections with the peer go on, but what was in flight between the two on others that they share may be lost, and is to be sent again.</summary>
    public void Moved()
    {
        lock (_gate)
        {
            if (_isOutgoingUp && !_isGone)
                TellConnected();
        }
    }

    /// <summary>The connection to the peer ended.</summary>
    public void OutgoingDown()
    {
        lock (_gate)
        {
            _isOutgoingUp = false;
            TellLoss();
        }
    }

    /// <summary>A connection from the peer is up.</summary>
    public void IncomingUp()
    {
        lock (_gate)
        {
            _incoming++;
            _isLossTold = false;
            if (_isOutgoingUp && _isGone)
                TellConnected();
        }
    }

    /// <summary>A connection from the peer ended. One that was replaced by a newer one says nothing about the peer.</summary>
    public void IncomingDown()
    {
        lock (_gate)
        {
            if (--_incoming == 0)
                TellLoss();
        }
    }

    private void TellConnected()
    {
        _isGone = false;
        _isLossTold = false;
        post(Input.PeerConnected(peer));
    }

    private void TellLoss()
    {
        _isGone = true;
        if (_isLossTold)
            return;
        _isLossTold = true;
        post(Input.PeerDisconnected(peer));
    }
}
