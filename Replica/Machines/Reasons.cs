using System.Text;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Replica.Machines;

/// <summary>
/// The readable reasons that go with refusals, in UTF-8. A stored rejection keeps one of these arrays and travels with it,
/// so their texts are part of the replicated state: replicas of one group must have the same. Nobody writes to them.
/// </summary>
internal static class Reasons
{
    /// <summary>Rejected: no room named.</summary>
    public static readonly byte[] RoomEmpty = Encoding.UTF8.GetBytes(MessagePart.Room.Empty);

    /// <summary>Rejected: above the limit.</summary>
    public static readonly byte[] RoomTooLong = Encoding.UTF8.GetBytes(MessagePart.Room.TooLong);

    /// <summary>Rejected: not UTF-8.</summary>
    public static readonly byte[] RoomNotText = Encoding.UTF8.GetBytes(MessagePart.Room.NotText);

    /// <summary>Rejected: a new room, and no place for one.</summary>
    public static readonly byte[] RoomsFull = "the group has as many rooms as its limit allows: no new room is made, existing ones go on"u8.ToArray();

    /// <summary>Rejected: no author named.</summary>
    public static readonly byte[] AuthorEmpty = Encoding.UTF8.GetBytes(MessagePart.Author.Empty);

    /// <summary>Rejected: above the limit.</summary>
    public static readonly byte[] AuthorTooLong = Encoding.UTF8.GetBytes(MessagePart.Author.TooLong);

    /// <summary>Rejected: not UTF-8.</summary>
    public static readonly byte[] AuthorNotText = Encoding.UTF8.GetBytes(MessagePart.Author.NotText);

    /// <summary>Rejected: nothing said.</summary>
    public static readonly byte[] TextEmpty = Encoding.UTF8.GetBytes(MessagePart.Text.Empty);

    /// <summary>Rejected: above the limit.</summary>
    public static readonly byte[] TextTooLong = Encoding.UTF8.GetBytes(MessagePart.Text.TooLong);

    /// <summary>Rejected: not UTF-8.</summary>
    public static readonly byte[] TextNotText = Encoding.UTF8.GetBytes(MessagePart.Text.NotText);

    /// <summary>Rejected: no key named.</summary>
    public static readonly byte[] KeyEmpty = Encoding.UTF8.GetBytes(KeyRules.KeyEmpty);

    /// <summary>Rejected: above the limit.</summary>
    public static readonly byte[] KeyTooLong = Encoding.UTF8.GetBytes(KeyRules.KeyTooLong);

    /// <summary>Rejected: above the limit, or would be.</summary>
    public static readonly byte[] ValueTooLong = Encoding.UTF8.GetBytes(KeyRules.ValueTooLong);

    /// <summary>Rejected: no space for more.</summary>
    public static readonly byte[] StateFull = "the state is full: nothing that makes it larger is taken; deletes and shorter values go on"u8.ToArray();

    /// <summary>Malformed: no command that runs through the log, or not a whole one.</summary>
    public static readonly byte[] UnknownCommand = "the command is not one that this group understands"u8.ToArray();

    /// <summary>Malformed: no query, or not a whole one.</summary>
    public static readonly byte[] UnknownQuery = "the query is not one that this group understands"u8.ToArray();

    /// <summary>Rejected: no such move goes from here, not yet or not any more.</summary>
    public static readonly byte[] NoSuchMove = "nothing moves from here by that job to that group, not yet or not any more"u8.ToArray();

    /// <summary>All of them, in a fixed order: replicas compare them before they work together.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
    [
        RoomEmpty, RoomTooLong, RoomNotText, RoomsFull, AuthorEmpty, AuthorTooLong, AuthorNotText, TextEmpty,
        TextTooLong, TextNotText, KeyEmpty, KeyTooLong, ValueTooLong, StateFull, UnknownCommand, UnknownQuery, NoSuchMove,
    ];

    /// <summary>The reason that goes with a sentence of <see cref="KeyRules"/>.</summary>
    public static byte[] OfKeyRule(string rule) =>
        rule is KeyRules.KeyEmpty ? KeyEmpty : string.Equals(rule, KeyRules.KeyTooLong, StringComparison.Ordinal) ? KeyTooLong : ValueTooLong;
}
