using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Connections;

/// <summary>Asks one replica what it knows of its group, on a connection of its own.</summary>
internal static class StatusQuestion
{
    /// <summary>Asks until there is an answer.</summary>
    /// <param name="endpoint">Where to, <c>host:port</c>.</param>
    /// <param name="group">The group that is meant; none for whichever answers there.</param>
    /// <param name="again">Asks once more when there is no answer for so long: a frame may be lost.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConnectionFailedException">No answer; the message says why.</exception>
    public static async Task<ReplicaStatus> AskAsync(string endpoint, GroupId group, TimeSpan again, CancellationToken cancellation)
    {
        await using ReplicaConnection connection = await ReplicaConnection.OpenAsync(endpoint, Guid.Empty, group, cancellation);
        TaskCompletionSource<ClientReply> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string> ended = connection.RunAsync(replies => answer.TrySetResult(replies[0]), static _ => { }, cancellation);
        for (int tag = 1; !answer.Task.IsCompleted; tag++)
        {
            connection.Write(new ClientRequest(
                SessionId.None, new SequenceNumber(tag), SequenceNumber.None, SequenceNumber.None, new ReadStatusQuery().Encode()));
            connection.Flush();
            await Task.WhenAny(answer.Task, ended, Task.Delay(again, cancellation));
            cancellation.ThrowIfCancellationRequested();
            if (ended.IsCompleted && !answer.Task.IsCompleted)
                throw new ConnectionFailedException(await ended);
        }
        return new ReplicaStatus(endpoint, connection.Peer, Decode(await answer.Task));
    }

    private static StatusResult Decode(ClientReply reply)
    {
        if (reply.Status != ReplyStatus.Ok)
            throw new ConnectionFailedException($"answered {reply.Status} to the question what it knows");
        try
        {
            return StatusResult.Decode(reply.Payload.Span);
        }
        catch (WireFormatException exception)
        {
            throw new ConnectionFailedException($"not a replica's answer: {exception.Message}");
        }
    }
}
