using PaxosShard.Wire;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Client.Core.Reads;

/// <summary>A follower's place in a room: lets every message through once, in order, and notices when what comes next is not there.</summary>
/// <param name="from">Where to begin: a number, or relative to the end when it is 0 or less.</param>
internal sealed class RoomCursor(long from)
{
    /// <summary>The number wanted next; null until a relative beginning is resolved.</summary>
    public long? Next { get; private set; } = from > 0 ? from : null;

    /// <summary>The message that is wanted next was trimmed, as an answer says.</summary>
    public bool IsTrimmed(HistoryResult result) => Next is { } next && result.First > next;

    /// <summary>Takes the messages of an answer that are new, in order, and moves behind them.</summary>
    /// <param name="result">The answer; it does not say that the message wanted next was trimmed.</param>
    /// <exception cref="WireFormatException">The messages have a gap, or begin behind the one that is wanted.</exception>
    public List<RoomMessage> Take(HistoryResult result)
    {
        List<RoomMessage> taken = new(result.Messages.Count);
        long next = Next ?? (result.Messages.Count > 0 ? result.Messages[0].Number : result.Last + 1);
        foreach (RoomMessage message in result.Messages)
        {
            if (message.Number < next)
                continue;
            if (message.Number > next)
                throw new WireFormatException($"message {message.Number} stands where {next} comes next");
            taken.Add(message);
            next++;
        }
        Next = next;
        return taken;
    }
}
