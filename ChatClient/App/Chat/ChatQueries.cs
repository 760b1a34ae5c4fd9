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
    // Who has something to show meanwhile does not let the user wait for long.
    private static readonly TimeSpan _patienceBesideMemory = TimeSpan.FromSeconds(1.5);

    private const int HistoryDefault = 50;
    private const int HistoryMax = 5000;
    private const int RoomsMax = 100;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The last messages of a room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="argument">How many; empty for a usual number.</param>
    /// <param name="transcript">What was shown: when that is enough, nobody is asked, and when nobody answers it is all there is.</param>
    /// <returns>What is wrong; null when it was asked.</returns>
    public string? History(string room, string argument, Transcript transcript)
    {
        int count = HistoryDefault;
        if (argument.Length > 0 && (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > HistoryMax))
            return $"/history N: N is 1 to {HistoryMax}";
        IReadOnlyList<RoomMessage> known = transcript.Last(room, count);
        if (known.Count == count || known is [{ Number: 1 }, ..])
            work.TryPut(new ChatEvent.Recalled(room, known));
        else
            work.Start(token => HistoryAsync(room, count, known, token), "/history");
        return null;
    }

    /// <summary>A page of the rooms.</summary>
    /// <param name="after">Only rooms behind this name; empty: from the first on.</param>
    /// <param name="here">The room that is shown, which is listed also before its first message; null for none.</param>
    public void Rooms(string after, string? here) => work.Start(
        async token => await work.PutAsync(new ChatEvent.Noted(RoomLines.Of(await client.ListRoomsAsync(after, RoomsMax, token), after, here))), "/rooms");

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
    }, "/where");

    /// <summary>What to say of an outage that is over.</summary>
    /// <param name="change">The end of it.</param>
    /// <param name="room">The room that is shown; null for none.</param>
    /// <param name="lastShown">The last message of it that was shown when the primary was lost.</param>
    public void Back(ConnectionChange change, string? room, long lastShown) => work.Start(async token =>
    {
        // Of a cluster the client names the primary of the masters; all others are those of shards.
        bool isShard = !string.Equals(change.Address, client.PrimaryAddress, StringComparison.Ordinal);
        string leader = await OutageLook.NameAsync(change, isShard, token);
        long? caughtUp = null;
        try
        {
            caughtUp = room is null ? null : (await client.ReadHistoryAsync(room, 0, 1, token)).Last - lastShown;
        }
        catch (NotAppliedException)
        {
            // Lost again: that is told on its own.
        }
        await work.PutAsync(new ChatEvent.Noted([OutageNotices.BackText(leader, change.Outage, caughtUp)]));
    });

    private async Task HistoryAsync(string room, int count, IReadOnlyList<RoomMessage> known, CancellationToken token)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(token);
        if (known.Count > 0)
            late.CancelAfter(_patienceBesideMemory);
        try
        {
            await ReadHistoryAsync(room, count, late.Token);
        }
        catch (Exception exception) when (known.Count > 0 && !token.IsCancellationRequested && exception is NotAppliedException or OperationCanceledException)
        {
            await work.PutAsync(new ChatEvent.Noted(["/history: the group does not answer; this is what was shown here"]));
            await work.PutAsync(new ChatEvent.Recalled(room, known));
        }
    }

    private async Task ReadHistoryAsync(string room, int count, CancellationToken token)
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
