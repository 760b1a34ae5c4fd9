using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

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

    /// <summary>What that replica says, or is to be sent; null for everything that is no message.</summary>
    public Message? Message { get; private init; }

    /// <summary>The client it is about.</summary>
    public ClientHandle Client { get; private init; }

    /// <summary>What that client asks for, when <see cref="Kind"/> says so. Its command is there for the step that takes the input in: what is needed for longer is copied.</summary>
    public ClientRequest Request { get; private init; }

    /// <summary>The snapshot it is about: the durable one, or the one that is written, of which only the slot is set.</summary>
    public SnapshotMark Snapshot { get; private init; }

    /// <summary>Pieces of that snapshot that are written.</summary>
    public long Pieces { get; private init; }

    /// <summary>The bytes of the last of these pieces, as they were handed out: nobody reads them any more. They stand where those of a request would, for inputs are copied too often to be longer.</summary>
    public ReadOnlyMemory<byte> Bytes => Request.Command;

    /// <summary>The last durable record; see <see cref="Effects.RecordsThrough"/>.</summary>
    public RecordNumber Record { get; private init; }

    /// <summary>
    /// The replica's own disk reports something. That says nothing of others, and is taken in also while the log has no space: it may be what makes space.
    /// </summary>
    public bool IsReport => Kind is InputKind.Synced or InputKind.PiecesWritten or InputKind.SnapshotDurable or InputKind.SnapshotDropped or InputKind.SnapshotUnreadable or InputKind.SnapshotNeeded
        or InputKind.PieceRead;

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

    /// <summary>A client's request in an ordered session arrived; the reply goes to that client.</summary>
    public static Input FromClient(ClientHandle client, OrderedRequest request) => new(InputKind.OrderedRequest) { Client = client, Message = request };

    /// <summary>The same, with a command that may be kept for any time.</summary>
    public Input Kept() => Kind == InputKind.ClientRequest ? this with { Request = Request with { Command = ShortCopies.Of(Request.Command.Span) } } : this;

    /// <summary>Notes of another group arrived.</summary>
    /// <param name="asker">The connection that the other group made, on which it asks and is told; the default for one that this replica made: only on such a one another group is believed.</param>
    /// <param name="notes">The notes.</param>
    public static Input FromGroup(ClientHandle asker, GroupNotes notes) => new(InputKind.GroupNotes) { Client = asker, Message = notes };

    /// <summary>A client's connection is gone: nobody waits for its replies any more. Its requests go on.</summary>
    public static Input ClientGone(ClientHandle client) => new(InputKind.ClientGone) { Client = client };

    /// <summary>Everything handed out up to this record is on the disk (rule 1).</summary>
    public static Input Synced(RecordNumber record) => new(InputKind.Synced) { Record = record };

    /// <summary>So many pieces of the snapshot of a slot are written, and do not wait in memory any more. They are not durable.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="pieces">How many.</param>
    /// <param name="bytes">The bytes of the last of them.</param>
    public static Input PiecesWritten(Slot slot, long pieces, ReadOnlyMemory<byte> bytes = default) =>
        new(InputKind.PiecesWritten) { Snapshot = new SnapshotMark(slot, 0), Pieces = pieces, Request = new ClientRequest(default, default, default, default, bytes) };

    /// <summary>A snapshot is durable, and has taken the place of the one before.</summary>
    public static Input SnapshotDurable(SnapshotMark snapshot) => new(InputKind.SnapshotDurable) { Snapshot = snapshot };

    /// <summary>A piece that was to be sent is read.</summary>
    public static Input PieceRead(ReplicaId to, SnapshotPiece piece) => new(InputKind.PieceRead) { Peer = to, Message = piece };

    /// <summary>There was no space for the snapshot of a slot: what was written of it is gone, and the one before is still there.</summary>
    public static Input SnapshotDropped(Slot slot) => new(InputKind.SnapshotDropped) { Snapshot = new SnapshotMark(slot, 0) };

    /// <summary>A piece of the durable snapshot cannot be read any more as it was written, so it cannot be sent to anybody.</summary>
    public static Input SnapshotUnreadable(SnapshotMark snapshot) => new(InputKind.SnapshotUnreadable) { Snapshot = snapshot };

    /// <summary>
    /// The log on the disk, which several groups share, cannot be shortened before this group has a later snapshot: one is due as soon as a slot was executed since the last one.
    /// </summary>
    public static Input SnapshotNeeded() => new(InputKind.SnapshotNeeded);
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

    /// <summary>A client's request in an ordered session arrived.</summary>
    OrderedRequest,

    /// <summary>Notes of another group arrived.</summary>
    GroupNotes,

    /// <summary>A client's connection is gone.</summary>
    ClientGone,

    /// <summary>Records are on the disk.</summary>
    Synced,

    /// <summary>Pieces of a snapshot are written.</summary>
    PiecesWritten,

    /// <summary>A snapshot is on the disk.</summary>
    SnapshotDurable,

    /// <summary>A piece of the durable snapshot is read.</summary>
    PieceRead,

    /// <summary>There was no space for a snapshot.</summary>
    SnapshotDropped,

    /// <summary>The durable snapshot has rotted.</summary>
    SnapshotUnreadable,

    /// <summary>The group holds back a log that others share with it.</summary>
    SnapshotNeeded,
}

/// <summary>A client's connection, as the driver numbers them; never used twice within a process.</summary>
/// <param name="Number">The driver's number.</param>
public readonly record struct ClientHandle(long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"client {Number}";
}
