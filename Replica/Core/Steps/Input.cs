using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>
/// Something that happened outside and that the core has to know: everything enters by this door. A value, so that a request costs no
/// object on its way in.
/// </summary>
public readonly record struct Input
{
    private Input(InputKind kind)
    {
        Kind = kind;
    }

    /// <summary>What happened.</summary>
    public InputKind Kind { get; }

    /// <summary>The other replica it is about.</summary>
    public ReplicaId Peer { get; private init; }

    /// <summary>What that replica says; null for everything that is no message of a replica.</summary>
    public Message? Message { get; private init; }

    /// <summary>The client it is about.</summary>
    public ClientHandle Client { get; private init; }

    /// <summary>What that client asks for, when <see cref="Kind"/> says so.</summary>
    public ClientRequest Request { get; private init; }

    /// <summary>The last durable record; see <see cref="Effects.RecordsThrough"/>.</summary>
    public RecordNumber Record { get; private init; }

    /// <summary>A message of another replica arrived, whole and checked, on a connection whose hello named that replica.</summary>
    public static Input FromPeer(ReplicaId from, Message message) => new(InputKind.PeerMessage) { Peer = from, Message = message };

    /// <summary>A connection to a peer came up: what was in flight on an earlier one may be lost and is re-sent.</summary>
    public static Input PeerConnected(ReplicaId peer) => new(InputKind.PeerConnected) { Peer = peer };

    /// <summary>
    /// A connection to a peer was reset or closed. When the peer is the primary that is a reason to leave its view at once (rule 6), until
    /// <see cref="PeerConnected"/> follows. Messages that were sent before the end may still follow.
    /// </summary>
    public static Input PeerDisconnected(ReplicaId peer) => new(InputKind.PeerDisconnected) { Peer = peer };

    /// <summary>A client's request arrived; the reply goes to that client.</summary>
    public static Input FromClient(ClientHandle client, in ClientRequest request) =>
        new(InputKind.ClientRequest) { Client = client, Request = request };

    /// <summary>A client's connection is gone: nobody waits for its replies any more. Its requests go on.</summary>
    public static Input ClientGone(ClientHandle client) => new(InputKind.ClientGone) { Client = client };

    /// <summary>Everything handed out up to this record is on the disk (rule 1).</summary>
    public static Input Synced(RecordNumber record) => new(InputKind.Synced) { Record = record };
}

/// <summary>What happened outside.</summary>
public enum InputKind
{
    /// <summary>A message of another replica arrived.</summary>
    PeerMessage,

    /// <summary>A connection to a peer came up.</summary>
    PeerConnected,

    /// <summary>A connection to a peer was reset or closed.</summary>
    PeerDisconnected,

    /// <summary>A client's request arrived.</summary>
    ClientRequest,

    /// <summary>A client's connection is gone.</summary>
    ClientGone,

    /// <summary>Records are on the disk.</summary>
    Synced,
}

/// <summary>A client's connection, as the driver numbers them; never used twice within a process.</summary>
/// <param name="Number">The driver's number.</param>
public readonly record struct ClientHandle(long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"client {Number}";
}
