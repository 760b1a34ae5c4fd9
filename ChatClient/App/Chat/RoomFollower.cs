using System.Runtime.CompilerServices;
using PaxosShard.Client;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>Follows a room for as long as somebody listens, however long there is no primary.</summary>
internal static class RoomFollower
{
    /// <summary>Every message from a position on, without gap or duplicate.</summary>
    /// <param name="client">The client.</param>
    /// <param name="room">The room.</param>
    /// <param name="from">The first number wanted; 0 or less: relative to the end, as for <see cref="ChatLogClient.ReadHistoryAsync"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RejectedException">A rule says no: the position was compacted away, for example.</exception>
    public static async IAsyncEnumerable<RoomMessage> FollowAsync(
        ChatLogClient client, string room, long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await using IAsyncEnumerator<RoomMessage> messages = client.FollowAsync(room, from, cancellation).GetAsyncEnumerator(cancellation);
            while (await MoveNextAsync(messages))
            {
                yield return messages.Current;
                from = messages.Current.Number + 1;
            }
        }
    }

    // No primary for so long that the client gave up: the caller takes it up again behind the last message.
    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<RoomMessage> messages)
    {
        try
        {
            return await messages.MoveNextAsync();
        }
        catch (NotAppliedException)
        {
            return false;
        }
    }
}
