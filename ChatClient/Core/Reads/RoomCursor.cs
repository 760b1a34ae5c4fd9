using PaxosShard.Wire.Commands;

namespace PaxosShard.Client.Core.Reads;

/// <summary>A follower's place in a room: lets every message through once, in order, and notices a gap.</summary>
/// <param name="from">Where to begin: a number, or relative to the end when it is 0 or less.</param>
internal sealed class RoomCursor(long from)
{
    /// <summary>The number wanted next; null until a relative beginning is resolved.</summary>
    public long? Next { get; private set; } = from > 0 ? from : null;

    /// <summary>Takes the messages of an answer that are new, in order, and moves behind them.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="gap">Set when the wanted message does not exist any more: a sentence that names the first that does.</param>
    public List<RoomMessage> Take(HistoryResult result, out string? gap)
    {
        gap = null;
        List<RoomMessage> taken = new(result.Messages.Count);
        long next = Next ?? (result.Messages.Count > 0 ? result.Messages[0].Number : result.Last + 1);
        foreach (RoomMessage message in result.Messages)
        {
            if (message.Number < next)
                continue;
            if (message.Number > next)
            {
                gap = $"message {next} is gone; the first one left is {message.Number}";
                break;
            }
            taken.Add(message);
            next++;
        }
        Next = next;
        return taken;
    }
}
