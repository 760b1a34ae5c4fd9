using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>A follower's place in a room: lets every message through once, in order, and notices a gap.</summary>
/// <param name="from">Where to begin: a number, or relative to the end when it is 0 or less.</param>
internal sealed class RoomCursor(long from)
{
    /// <summary>The number wanted next; null until a relative beginning is resolved.</summary>
    public long? Next { get; private set; } = from > 0 ? from : null;

    /// <summary>The messages of an answer that are new, in order; moves behind them.</summary>
    /// <exception cref="RejectedException">The wanted message does not exist any more; the text names the first that does.</exception>
    public IEnumerable<RoomMessage> Take(HistoryResult result)
    {
        long next = Next ?? (result.Messages.Count > 0 ? result.Messages[0].Number : result.Last + 1);
        Next = next;
        foreach (RoomMessage message in result.Messages)
        {
            if (message.Number < next)
                continue;
            if (message.Number > next)
                throw new RejectedException($"message {next} is gone; the first one left is {message.Number}");
            Next = ++next;
            yield return message;
        }
    }
}
