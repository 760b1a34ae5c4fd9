using NLog;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>Logs the trouble with one peer once per change, not once per attempt.</summary>
/// <param name="peer">The peer.</param>
/// <param name="address">Where it listens.</param>
internal sealed class PeerTrouble(ReplicaId peer, NetworkAddress address)
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    private string? _last;

    /// <summary>The peer cannot be reached, or the connection to it ended.</summary>
    public void Report(string? trouble)
    {
        string now = trouble ?? "unknown";
        if (string.Equals(now, _last, StringComparison.Ordinal))
            return;
        _last = now;
        _log.Warn("No connection to {Peer} at {Address}: {Trouble}", peer, address, now);
    }

    /// <summary>The peer is reached.</summary>
    public void ReportUp()
    {
        _last = null;
        _log.Info("Connected to {Peer} at {Address}", peer, address);
    }
}
