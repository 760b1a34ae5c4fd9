using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Follows;

/// <summary>A follow that waits for a message, with its places in the lists it stands in.</summary>
internal sealed class ParkedFollow
{
    /// <summary>A follow that is in no list yet.</summary>
    public ParkedFollow()
    {
        PlaceInRoom = new LinkedListNode<ParkedFollow>(this);
        PlaceAtClient = new LinkedListNode<ParkedFollow>(this);
    }

    /// <summary>Orders follows by the tick they expire at, and then as they were parked.</summary>
    public static Comparer<ParkedFollow> ByExpiry { get; } = Comparer<ParkedFollow>.Create(static (left, right) =>
        left.ExpiresAtTick == right.ExpiresAtTick
            ? left.Order.CompareTo(right.Order)
            : left.ExpiresAtTick.CompareTo(right.ExpiresAtTick));

    /// <summary>Whom to answer.</summary>
    public required ClientHandle Client { get; init; }

    /// <summary>As in the request.</summary>
    public required SessionId Session { get; init; }

    /// <summary>As in the request.</summary>
    public required SequenceNumber Sequence { get; init; }

    /// <summary>Name of the room.</summary>
    public required string Room { get; init; }

    /// <summary>The first number wanted.</summary>
    public required long From { get; init; }

    /// <summary>From this tick on it is answered without messages.</summary>
    public required long ExpiresAtTick { get; init; }

    /// <summary>Grows with each follow that is parked.</summary>
    public required long Order { get; init; }

    /// <summary>Its place among those that wait for the same room.</summary>
    public LinkedListNode<ParkedFollow> PlaceInRoom { get; }

    /// <summary>Its place among those of the same client.</summary>
    public LinkedListNode<ParkedFollow> PlaceAtClient { get; }

    /// <summary>The reply to it.</summary>
    public Reply Answer(ReplyStatus status, View view, ReadOnlyMemory<byte> payload) =>
        new(Client, new ClientReply(Session, Sequence, status, view, payload));
}
