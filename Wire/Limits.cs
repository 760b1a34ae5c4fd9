using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Wire;

/// <summary>Every size limit of the wire, in bytes unless the name says otherwise.</summary>
public static class Limits
{
    /// <summary>Longest frame before the hello is done.</summary>
    public const int FrameBeforeHello = 64 * 1024;

    /// <summary>Longest frame from or to a client.</summary>
    public const int FrameFromClient = (2 * Value) + (64 * 1024);

    /// <summary>Longest frame between replicas.</summary>
    public const int FrameBetweenReplicas = 4 * 1024 * 1024;

    /// <summary>Longest text of a chat message, in bytes of UTF-8.</summary>
    public const int MessageText = 64 * 1024;

    /// <summary>Longest room name, in bytes of UTF-8.</summary>
    public const int RoomName = 1024;

    /// <summary>Longest author name, in bytes of UTF-8.</summary>
    public const int AuthorName = 256;

    /// <summary>Longest key.</summary>
    public const int KeyName = 1024;

    /// <summary>Longest value of a key. A client's frame has space for two of them: what is compared with, and what is stored.</summary>
    public const int Value = 1024 * 1024;

    /// <summary>Longest command within a client request; what is longer is refused by the primary.</summary>
    public const int Command = FrameFromClient - 1024;

    /// <summary>Longest result within a reply.</summary>
    public const int Result = FrameFromClient - 1024;

    /// <summary>Longest entry: a batch of commands, small enough that a CatchUpEntries or Proposal with it fits in a frame.</summary>
    public const int Entry = FrameFromClient + (64 * 1024);

    /// <summary>Most commands in one entry.</summary>
    public const int CommandsPerEntry = 4096;

    /// <summary>Longest piece of a snapshot: a session with all the results that it may have kept fits, and the frame around it.</summary>
    public const int SnapshotPiece = FrameBetweenReplicas - 1024;

    /// <summary>Most replicas in a group.</summary>
    public const int Replicas = 7;

    /// <summary>Longest readable reason in a refusal.</summary>
    public const int Reason = 1024;

    /// <summary>Longest address of a replica, in bytes of UTF-8: a host name of 253, a colon and a port, with space to spare.</summary>
    public const int Address = 300;

    /// <summary>Longest name of a replica's role, in bytes of UTF-8.</summary>
    public const int Role = 64;

    /// <summary>Highest slot, view, sequence and message number that is believed; far from where arithmetic overflows.</summary>
    public const long HighestNumber = 1L << 62;

    /// <summary>How far ahead of log time the expiry of a request may be, in milliseconds: no session is kept for longer.</summary>
    public const long LongestLife = 15 * 60 * 1000;

    /// <summary>How much longer than until its highest expiry an ordered session is kept, in milliseconds: as long as what was cancelled or took effect can be told (ordered rule M11).</summary>
    public const long OrderedLife = 60 * 60 * 1000;

    /// <summary>Most operations of an ordered session that a client has under way.</summary>
    public const int OrderedWindow = 256;

    /// <summary>Most notes in one frame between two groups.</summary>
    public const int NotesPerFrame = 4096;

    /// <summary>Highest log time and wall-clock time that is believed, in milliseconds since 1970 UTC: the year 9999.</summary>
    public const long HighestTime = 253_402_300_799_999;
}
