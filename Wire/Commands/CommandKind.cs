namespace PaxosShard.Wire.Commands;

/// <summary>First byte of a command. Reaches wire, disk and state: append only. Below 0x80 a command goes through the log; from 0x80 on it reads.</summary>
public enum CommandKind : byte
{
    /// <summary>Opens a session; the only logged command that runs without one.</summary>
    OpenSession = 1,

    /// <summary>Appends a message to a room.</summary>
    SendMessage = 2,

    /// <summary>Messages of a room from a position, and where the room ends now; linearizable (rule 8).</summary>
    ReadHistory = 0x81,

    /// <summary>All rooms with their last numbers; linearizable (rule 8).</summary>
    ListRooms = 0x82,

    /// <summary>Messages of a room from a position as soon as there are any: waits on the server. What it returns is decided, so it needs no barrier; where to start is asked by <see cref="ReadHistory"/>.</summary>
    FollowRoom = 0x83,

    /// <summary>What this replica knows of its group; answered by any replica at once.</summary>
    ReadStatus = 0x84,
}
