using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>Something that happened outside and that the core has to know: everything enters by this door.</summary>
public abstract record Input;

/// <summary>A message of another replica arrived, whole and checked, on a connection whose hello named that replica.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="Message">What it says.</param>
public sealed record PeerMessageInput(ReplicaId From, Message Message) : Input;

/// <summary>A connection to a peer came up: what was in flight on an earlier one may be lost and is re-sent.</summary>
/// <param name="Peer">The peer.</param>
public sealed record PeerConnectedInput(ReplicaId Peer) : Input;

/// <summary>
/// A connection to a peer was reset or closed. When the peer is the primary that is a reason to leave its view at once (rule 6), until
/// <see cref="PeerConnectedInput"/> follows. Messages that were sent before the end may still follow.
/// </summary>
/// <param name="Peer">The peer.</param>
public sealed record PeerDisconnectedInput(ReplicaId Peer) : Input;

/// <summary>A client's connection, as the host numbers them; never used twice within a process.</summary>
/// <param name="Number">The host's number.</param>
public readonly record struct ClientHandle(long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"client {Number}";
}

/// <summary>A client's request arrived.</summary>
/// <param name="Client">Where to send the reply.</param>
/// <param name="Request">The request.</param>
public sealed record ClientRequestInput(ClientHandle Client, ClientRequest Request) : Input;

/// <summary>A client's connection is gone: nobody waits for its replies any more. Its requests go on.</summary>
/// <param name="Client">The connection.</param>
public sealed record ClientGoneInput(ClientHandle Client) : Input;

/// <summary>Everything handed out up to this record is on the disk (rule 1).</summary>
/// <param name="RecordNumber">The number of the last durable record; see <see cref="Effects.RecordsThrough"/>.</param>
public sealed record SyncedInput(long RecordNumber) : Input;
