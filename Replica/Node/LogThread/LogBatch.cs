using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>What waits for the disk together.</summary>
internal sealed class LogBatch
{
    /// <summary>Records, in their order.</summary>
    public List<Record> Records { get; } = [];

    /// <summary>Number of the last one.</summary>
    public long RecordsThrough { get; set; }

    /// <summary>The decided slot to note behind them: it rests on these records and those of earlier batches, never on later ones.</summary>
    public Slot Decided { get; set; } = Slot.Zero;

    /// <summary>The queue was closed and nothing waited in it any more: no other batch follows.</summary>
    public bool IsLast { get; set; }

    /// <summary>Peers to remember.</summary>
    public List<PeerNote> Peers { get; } = [];

    /// <summary>Bytes of the entries in the records.</summary>
    public long Bytes { get; set; }

    /// <summary>There is nothing in it.</summary>
    public bool IsEmpty => Records.Count == 0 && Peers.Count == 0;

    /// <summary>Takes everything out.</summary>
    public void Clear()
    {
        Records.Clear();
        Peers.Clear();
        Bytes = 0;
    }
}

/// <summary>What is to be remembered durably of a peer.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Memory">What is remembered from now on.</param>
/// <param name="Done">Completed once it is durable; cancelled when the log ends before.</param>
internal sealed record PeerNote(ReplicaId Peer, PeerMemory Memory, TaskCompletionSource Done);
