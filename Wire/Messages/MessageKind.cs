namespace PaxosShard.Wire.Messages;

/// <summary>The letter of a frame. It reaches the wire: values never change and are never used again; new ones are appended.</summary>
public enum MessageKind : byte
{
    /// <summary>W: first on a connection.</summary>
    Hello = (byte)'W',

    /// <summary>C: a client's request.</summary>
    ClientRequest = (byte)'C',

    /// <summary>R: the reply to a client.</summary>
    ClientReply = (byte)'R',

    /// <summary>O: a client's request in an ordered session.</summary>
    OrderedRequest = (byte)'O',

    /// <summary>G: what the primaries of two groups ask and tell each other about ordered sessions.</summary>
    GroupNotes = (byte)'G',

    /// <summary>L: "I am leader", phase 1a.</summary>
    LeaderClaim = (byte)'L',

    /// <summary>F: "you are leader", phase 1b.</summary>
    LeaderPromise = (byte)'F',

    /// <summary>P: propose, phase 2a.</summary>
    Proposal = (byte)'P',

    /// <summary>A: accept, phase 2b, cumulative.</summary>
    Accepted = (byte)'A',

    /// <summary>N: refusal, names the higher promised view.</summary>
    Refusal = (byte)'N',

    /// <summary>H: heartbeat of the primary.</summary>
    Heartbeat = (byte)'H',

    /// <summary>B: the answer to a heartbeat, on its way back.</summary>
    HeartbeatAnswer = (byte)'B',

    /// <summary>Q: "leave every view up to this one".</summary>
    LeaveView = (byte)'Q',

    /// <summary>K: wants decided entries.</summary>
    CatchUpRequest = (byte)'K',

    /// <summary>S: decided entries.</summary>
    CatchUpEntries = (byte)'S',

    /// <summary>T: wants a piece of a snapshot.</summary>
    SnapshotRequest = (byte)'T',

    /// <summary>D: a piece of a snapshot.</summary>
    SnapshotPiece = (byte)'D',

    /// <summary>M: a group may share connections of others to the same process.</summary>
    SharedConnection = (byte)'M',

    /// <summary>E: the connection is refused or ends, with a readable reason; the last frame on it.</summary>
    ConnectionRefused = (byte)'E',
}
