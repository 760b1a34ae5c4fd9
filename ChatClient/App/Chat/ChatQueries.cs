using System.Globalization;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>The commands that ask the group something; the answers come as events.</summary>
/// <param name="client">The client.</param>
/// <param name="work">Where the answers go.</param>
internal sealed class ChatQueries(ChatLogClient client, ChatWork work)
{
    private const int HistoryDefault = 50;
    private const int HistoryMax = 5000;
    private const int RoomsMax = 100;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The last messages of a room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="argument">How many; empty for a usual number.</param>
    /// <returns>What is wrong; null when it was asked.</returns>
    public string? History(string room, string argument)
    {
        int count = HistoryDefault;
        if (argument.Length > 0 && (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > HistoryMax))
            return $"/history N: N is 1 to {HistoryMax}";
        work.Start(token => HistoryAsync(room, count, token));
        return null;
    }

    /// <summary>A page of the rooms.</summary>
    /// <param name="after">Only rooms behind this name; empty: from the first on.</param>
    public void Rooms(string after) => work.Start(async token =>
    {
        ListRoomsResult page = await client.ListRoomsAsync(after, RoomsMax, token);
        List<string> lines = [.. page.Rooms.Select(room => $"{room.Room}  {room.Last}")];
        if (lines.Count == 0)
            lines.Add(page.Total == 0 ? "there are no rooms yet" : $"none of the {page.Total} rooms is behind {after}");
        if (page is { Left: > 0, Rooms.Count: > 0 })
            lines.Add($"and {page.Left} more of {page.Total}: /rooms {page.Rooms[^1].Room}");
        await work.PutAsync(new ChatEvent.Noted(lines));
    });

    /// <summary>The primary; of a cluster that of the masters.</summary>
    public void Where() => work.Start(async token =>
    {
        string text = "there is no primary at the moment";
        if (client.PrimaryAddress is { } address)
        {
            ReplicaStatus replica = await ChatLogClient.StatusAsync(address, _patience, token);
            StatusResult status = replica.Status;
            // Of a cluster the masters are asked, who have no rooms: whoever reads it must not take that for the primary of the room.
            string group = replica.Hello.Group == GroupId.Masters ? "masters: " : "";
            text = $"{group}{status.Self} at {address}, {status.Role}, view {status.View.NumberText}, executed {status.Executed.Number}";
        }
        await work.PutAsync(new ChatEvent.Noted([text]));
    });

    /// <summary>What to say of an outage that is over.</summary>
    /// <param name="change">The end of it.</param>
    /// <param name="room">The room that is shown; null for none.</param>
    /// <param name="lastShown">The last message of it that was shown when the primary was lost.</param>
    public void Back(ConnectionChange change, string? room, long lastShown) => work.Start(async token =>
    {
        long? caughtUp = null;
        try
        {
            caughtUp = room is null ? null : Math.Max(0, (await client.ReadHistoryAsync(room, 0, 1, token)).Last - lastShown);
        }
        catch (NotAppliedException)
        {
            // Lost again: that is told on its own.
        }
        await work.PutAsync(new ChatEvent.Noted([OutageNotices.BackText(change, caughtUp)]));
    });

    private async Task HistoryAsync(string room, int count, CancellationToken token)
    {
        List<RoomMessage> messages = [];
        long next = -count;
        while (messages.Count < count)
        {
            try
            {
                HistoryResult page = await client.ReadHistoryAsync(room, next, count - messages.Count, token);
                messages.AddRange(page.Messages);
                if (page.Messages.Count == 0 || page.Messages[^1].Number >= page.Last)
                    break;
                next = page.Messages[^1].Number + 1;
            }
            catch (TrimmedException trimmed)
            {
                // What was read stood before that: it is not there any more either.
                messages.Clear();
                next = trimmed.FirstLeft;
            }
        }
        await work.PutAsync(new ChatEvent.Recalled(room, messages));
    }
}
