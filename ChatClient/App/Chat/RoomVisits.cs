using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>Follows one room at a time. Events of an earlier visit carry its number and are dropped.</summary>
/// <param name="client">The client.</param>
/// <param name="work">Where the following goes on.</param>
internal sealed class RoomVisits(ChatLogClient client, ChatWork work) : IDisposable
{
    private const int HistoryShown = 20;

    private CancellationTokenSource _leave = new();

    /// <summary>The room; null between rooms.</summary>
    public string? Room { get; private set; }

    /// <summary>The number of this visit.</summary>
    public int Visit { get; private set; }

    /// <summary>Leaves the room before and enters this one; null: none.</summary>
    public void Enter(string? room)
    {
        _leave.Cancel();
        _leave.Dispose();
        _leave = CancellationTokenSource.CreateLinkedTokenSource(work.Stopping);
        Room = room;
        int visit = ++Visit;
        CancellationToken left = _leave.Token;
        if (room is not null)
            work.Start(_ => StayAsync(room, visit, left));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leave.Cancel(); // Once disposed it would hear no other reason to end.
        _leave.Dispose();
    }

    private async Task StayAsync(string room, int visit, CancellationToken left)
    {
        try
        {
            HistoryResult history = await ReadAsync(room, left);
            await work.PutAsync(new ChatEvent.Entered(visit, history));
            // What did not fit in the answer comes behind it.
            await FollowAsync(room, visit, history.Messages is [.., var last] ? last.Number + 1 : history.Last + 1, left);
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            // Left.
        }
    }

    private async Task FollowAsync(string room, int visit, long next, CancellationToken left)
    {
        while (true)
        {
            try
            {
                await foreach (RoomMessage message in client.FollowAsync(room, next, left))
                {
                    await work.PutAsync(new ChatEvent.Received(visit, message));
                    next = message.Number + 1;
                }
            }
            catch (TrimmedException trimmed)
            {
                await work.PutAsync(new ChatEvent.Trimmed(visit, next, trimmed.FirstLeft));
                next = trimmed.FirstLeft;
            }
        }
    }

    private async Task<HistoryResult> ReadAsync(string room, CancellationToken left)
    {
        while (true)
        {
            try
            {
                return await client.ReadHistoryAsync(room, -HistoryShown, HistoryShown, left);
            }
            catch (NotAppliedException)
            {
                // No primary for so long that the client gave up; the user was told that it is lost.
            }
        }
    }
}
