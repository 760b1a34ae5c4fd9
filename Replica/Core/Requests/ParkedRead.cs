using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>A read that waits, with its places in the lists it stands in.</summary>
internal sealed class ParkedRead
{
    /// <summary>A read that is in no list yet.</summary>
    public ParkedRead()
    {
        PlaceInTopic = new LinkedListNode<ParkedRead>(this);
        PlaceAtClient = new LinkedListNode<ParkedRead>(this);
    }

    /// <summary>Orders reads by the tick they expire at, and then as they were parked.</summary>
    public static Comparer<ParkedRead> ByExpiry { get; } = Comparer<ParkedRead>.Create(static (left, right) =>
        left.ExpiresAtTick == right.ExpiresAtTick
            ? left.Order.CompareTo(right.Order)
            : left.ExpiresAtTick.CompareTo(right.ExpiresAtTick));

    /// <summary>Whom to answer.</summary>
    public required ClientHandle Client { get; init; }

    /// <summary>As in the request.</summary>
    public required SessionId Session { get; init; }

    /// <summary>As in the request.</summary>
    public required SequenceNumber Sequence { get; init; }

    /// <summary>What it waits for.</summary>
    public required Wait Wait { get; init; }

    /// <summary>From this tick on it is answered that nothing has come.</summary>
    public required long ExpiresAtTick { get; init; }

    /// <summary>Grows with each read that is parked.</summary>
    public required long Order { get; init; }

    /// <summary>Its place among those that wait for the same topic.</summary>
    public LinkedListNode<ParkedRead> PlaceInTopic { get; }

    /// <summary>Its place among those of the same client.</summary>
    public LinkedListNode<ParkedRead> PlaceAtClient { get; }

    /// <summary>The reply to it.</summary>
    public Reply Answer(ReplyStatus status, View view, ReadOnlyMemory<byte> payload) =>
        new(Client, new ClientReply(Session, Sequence, status, view, payload));
}
