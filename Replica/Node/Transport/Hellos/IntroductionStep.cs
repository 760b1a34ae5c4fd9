using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>What follows from a message of an <see cref="Introduction"/>, in this order.</summary>
public sealed record IntroductionStep
{
    /// <summary>The other side is refused; nothing else follows.</summary>
    public HelloRefusal? Refusal { get; init; }

    /// <summary>This replica is refused by the other side; nothing else follows.</summary>
    public HelloRefusal? ToldBy { get; init; }

    /// <summary>Whom <see cref="Note"/> is about.</summary>
    public ReplicaId Peer { get; init; }

    /// <summary>To be made durable, then committed to the <see cref="PeerBook"/>, before anything else happens.</summary>
    public PeerMemory? Note { get; init; }

    /// <summary>The hello of this replica leaves.</summary>
    public bool SaysHello { get; init; }

    /// <summary>The hellos are done: what follows on the connection counts.</summary>
    public bool IsDone { get; init; }
}
