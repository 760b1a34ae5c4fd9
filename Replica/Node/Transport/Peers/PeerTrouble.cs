using NLog;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>Logs the trouble with one peer once per change, not once per attempt.</summary>
/// <param name="peer">The peer.</param>
internal sealed class PeerTrouble(ReplicaId peer)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(PeerTrouble));

    private string? _last;

    /// <summary>The peer cannot be reached, or the connection to it ended.</summary>
    /// <param name="address">Where it was called.</param>
    /// <param name="trouble">Why, for people; null when nobody knows.</param>
    public void Report(NetworkAddress address, string? trouble)
    {
        string now = trouble ?? "unknown";
        if (string.Equals(now, _last, StringComparison.Ordinal))
            return;
        _last = now;
        _log.Warn("No connection to {Peer} at {Address}: {Trouble}", peer, address, now);
    }

    /// <summary>The peer is reached.</summary>
    /// <param name="address">Where it was called.</param>
    public void ReportUp(NetworkAddress address)
    {
        _last = null;
        _log.Info("Connected to {Peer} at {Address}", peer, address);
    }
}
