using System.Text;
using PaxosShard.Hashing;

namespace PaxosShard.Client.Core.Reads;

/// <summary>
/// Every message of a room from a position on, in order, without gap or duplicate, whatever fails on the way. It has no time-out, and
/// asks for more only when its consumer does. It ends when the room no longer has the message that comes next.
/// </summary>
/// <param name="room">Name of the room.</param>
/// <param name="from">1 or more: the first number wanted. 0 or less: relative to the end.</param>
/// <param name="caller">What the caller keeps with it.</param>
public sealed class Follow(string room, long from, object? caller = null) : Call(caller)
{
    /// <summary>When it ended as <see cref="Outcome.Trimmed"/>, the number of the first message that the room has; that of its next one when it has none.</summary>
    public long FirstLeft { get; internal set; }

    internal string Room { get; } = room;

    internal Arc Arc { get; } = Arc.Of(Encoding.UTF8.GetBytes(room));

    internal long From { get; } = from;

    internal RoomCursor Cursor { get; } = new(from);

    // The question under way; null while the consumer has something to take.
    internal Query? Question { get; set; }

    internal long AskedAt { get; set; }

    // Its consumer was told that nobody answers.
    internal bool IsOutageTold { get; set; }
}
