namespace PaxosShard.Wire.Commands;

/// <summary>First byte of a command. Reaches wire, disk and state: append only. Below 0x80 a command goes through the log; from 0x80 on it is in no entry itself, and all but one only read.</summary>
public enum CommandKind : byte
{
    /// <summary>Appends a message to a room.</summary>
    SendMessage = 2,

    /// <summary>Stores the value of a key.</summary>
    PutKey = 3,

    /// <summary>Takes a key away.</summary>
    DeleteKey = 4,

    /// <summary>Puts bytes behind the value of a key.</summary>
    AppendToKey = 5,

    /// <summary>Stores the value of a key if what is there is what is expected.</summary>
    CompareAndSetKey = 6,

    /// <summary>Replaces a member: its place goes to a newcomer (rule 13). The engine executes it, not the machine; it is the only command of its entry.</summary>
    ReplaceMember = 7,

    /// <summary>A shard's group goes on to a configuration, and serves the arcs that this one gives it.</summary>
    AdoptConfiguration = 8,

    /// <summary>A job has begun that moves arcs from or to the group.</summary>
    StartMoves = 9,

    /// <summary>A piece of what is in arcs that come to the group.</summary>
    ImportPiece = 10,

    /// <summary>Arcs that come to the group are whole: it serves them from now on.</summary>
    ServeArcs = 11,

    /// <summary>Arcs that the group gave up are served elsewhere: what is in them is dropped, part by part.</summary>
    DropArcs = 12,

    /// <summary>A job has come to nothing.</summary>
    EndMoves = 13,

    /// <summary>A copy that is worth nothing is emptied, part by part.</summary>
    DiscardCopy = 14,

    /// <summary>The number of an ordered session under which it is sent is never applied, if nothing has run under it yet. The engine executes it, not the machine.</summary>
    CancelOperation = 15,

    /// <summary>The gate of a queued operation of an ordered session is open: it takes effect once it is its turn. Proposed by primaries alone; the engine executes it, not the machine.</summary>
    OpenGate = 16,

    /// <summary>A queued operation of an ordered session goes out of its queue, because the placement that its gate names is dead, or late. Proposed by primaries alone; the engine executes it, not the machine.</summary>
    VoidGate = 17,

    /// <summary>Messages of a room from a position, and where the room ends now; linearizable (rule 8).</summary>
    ReadHistory = 0x81,

    /// <summary>All rooms with their last numbers; linearizable (rule 8).</summary>
    ListRooms = 0x82,

    /// <summary>Messages of a room from a position as soon as there are any: waits on the server. What it returns is decided, so it needs no barrier; where to start is asked by <see cref="ReadHistory"/>.</summary>
    FollowRoom = 0x83,

    /// <summary>What this replica knows of its group; answered by any replica at once.</summary>
    ReadStatus = 0x84,

    /// <summary>The value of a key; linearizable (rule 8).</summary>
    GetKey = 0x85,

    /// <summary>Keys that begin with a prefix; linearizable (rule 8).</summary>
    ListKeys = 0x86,

    /// <summary>Which configuration the group has adopted and which arcs it serves; linearizable (rule 8).</summary>
    ReadArcs = 0x87,

    /// <summary>What the group knows of the moves in which it takes part; linearizable (rule 8).</summary>
    ReadMoves = 0x88,

    /// <summary>What comes next of arcs that go to another group; linearizable (rule 8).</summary>
    CopyArcs = 0x89,

    /// <summary>How much is in some arcs; linearizable (rule 8).</summary>
    MeasureArcs = 0x8A,

    /// <summary>The closed gates of a group, or of one key or room; linearizable (rule 8).</summary>
    ReadGates = 0x8B,

    /// <summary>An operator has a closed gate opened, or its operation taken out: the primary proposes it, by <see cref="OpenGate"/> or <see cref="VoidGate"/>.</summary>
    SettleByHand = 0x8C,
}
