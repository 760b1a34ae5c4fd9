using PaxosShard.Client;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>What is left of a room that a drill has filled, read back once nothing is on its way to it any more.</summary>
/// <param name="Messages">Its messages, in order.</param>
/// <param name="First">The number of the first of them; of what was said before, the group kept nothing.</param>
internal sealed record DrillRoom(IReadOnlyList<RoomMessage> Messages, long First)
{
    private const int MessagesPerRead = 1000;

    /// <summary>A room in which there is nothing yet.</summary>
    public static string NewName() => $"drill-{Guid.NewGuid():N}";

    /// <summary>Reads a room.</summary>
    /// <param name="client">How.</param>
    /// <param name="room">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<DrillRoom> ReadAsync(ChatLogClient client, string room, CancellationToken cancellation)
    {
        HistoryResult history = await client.ReadHistoryAsync(room, -Limits.HighestNumber, MessagesPerRead, cancellation);
        long first = Math.Max(1, history.First); // A group that keeps only so much of each room has trimmed what was before.
        List<RoomMessage> messages = [.. history.Messages];
        while (first + messages.Count <= history.Last)
        {
            history = await client.ReadHistoryAsync(room, first + messages.Count, MessagesPerRead, cancellation);
            messages.AddRange(history.Messages);
        }

        return new DrillRoom(messages, first);
    }
}
