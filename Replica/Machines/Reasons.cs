namespace PaxosShard.Replica.Machines;

/// <summary>
/// The readable reasons that go with refusals, in UTF-8. A stored rejection keeps one of these arrays and travels with it,
/// so their texts are part of the replicated state: replicas of one group must have the same. Nobody writes to them.
/// </summary>
internal static class Reasons
{
    /// <summary>Rejected: no room named.</summary>
    public static readonly byte[] RoomEmpty = "the room name is empty"u8.ToArray();

    /// <summary>Rejected: above the limit.</summary>
    public static readonly byte[] RoomTooLong = "the room name is longer than 1024 bytes"u8.ToArray();

    /// <summary>Rejected: not UTF-8.</summary>
    public static readonly byte[] RoomNotText = "the room name is not valid UTF-8"u8.ToArray();

    /// <summary>Rejected: a new room, and no place for one.</summary>
    public static readonly byte[] RoomsFull = "the group has as many rooms as its limit allows: no new room is made, existing ones go on"u8.ToArray();

    /// <summary>Rejected: no author named.</summary>
    public static readonly byte[] AuthorEmpty = "the author is empty"u8.ToArray();

    /// <summary>Rejected: above the limit.</summary>
    public static readonly byte[] AuthorTooLong = "the author is longer than 256 bytes"u8.ToArray();

    /// <summary>Rejected: not UTF-8.</summary>
    public static readonly byte[] AuthorNotText = "the author is not valid UTF-8"u8.ToArray();

    /// <summary>Rejected: nothing said.</summary>
    public static readonly byte[] TextEmpty = "the text is empty"u8.ToArray();

    /// <summary>Rejected: above the limit.</summary>
    public static readonly byte[] TextTooLong = "the text is longer than 65536 bytes"u8.ToArray();

    /// <summary>Rejected: not UTF-8.</summary>
    public static readonly byte[] TextNotText = "the text is not valid UTF-8"u8.ToArray();

    /// <summary>Malformed: no command that runs through the log, or not a whole one.</summary>
    public static readonly byte[] UnknownCommand = "the command is not one that this group understands"u8.ToArray();

    /// <summary>Malformed: no query, or not a whole one.</summary>
    public static readonly byte[] UnknownQuery = "the query is not one that this group understands"u8.ToArray();

    /// <summary>All of them, in a fixed order: replicas compare them before they work together.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
    [
        RoomEmpty, RoomTooLong, RoomNotText, RoomsFull, AuthorEmpty, AuthorTooLong, AuthorNotText, TextEmpty,
        TextTooLong, TextNotText, UnknownCommand, UnknownQuery,
    ];
}
