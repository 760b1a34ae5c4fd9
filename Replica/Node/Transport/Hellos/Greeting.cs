using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>
/// The hellos at the start of a connection, in both directions. A mismatch is answered with an E that says why; what is
/// not this protocol at all gets no answer. The time it may take is watched from outside.
/// </summary>
/// <param name="self">This replica.</param>
/// <param name="book">The replicas that were met.</param>
internal sealed class Greeting(ReplicaCard self, PeerBook book)
{
    private readonly HelloCheck _check = new(self);

    /// <summary>Reads the hello on a connection that somebody opened, and answers it.</summary>
    /// <returns>The hello; null, and the connection closed, when it is refused.</returns>
    /// <exception cref="WireFormatException">What arrives is not this protocol.</exception>
    public async Task<Hello?> AnswerAsync(FramedConnection connection)
    {
        Message first = await ReadAsync(connection);
        if (first is not Hello hello)
            throw new WireFormatException($"the first frame is a {first.Kind}, not a hello");
        if (_check.CheckIncoming(hello, book.Find(hello.Replica)) is { } refusal)
        {
            await connection.RefuseAsync(refusal.Code, refusal.Reason);
            return null;
        }

        if (hello.Role == PeerRole.Replica)
            await book.RememberAsync(hello);
        OpenFor(connection, hello);
        connection.Send(self.HelloTo(hello.Role == PeerRole.Replica ? hello.Replica : new ReplicaId(0)));
        return hello;
    }

    /// <summary>Says hello on a connection to a peer, and checks its answer.</summary>
    /// <returns>Null when the two accept each other; otherwise, and the connection closed, why not.</returns>
    /// <exception cref="WireFormatException">What arrives is not this protocol.</exception>
    public async Task<HelloRefusal?> CallAsync(FramedConnection connection, ReplicaId peer)
    {
        connection.Send(self.HelloTo(peer));
        Message first = await ReadAsync(connection);
        if (first is ConnectionRefused refused)
        {
            connection.Connection.Close(refused.Reason);
            return new HelloRefusal((RefusalCode)refused.Code, refused.Reason);
        }

        if (first is not Hello hello)
            throw new WireFormatException($"the first frame is a {first.Kind}, not a hello");
        if (_check.CheckAnswer(hello, peer, book.Find(peer)) is { } refusal)
        {
            await connection.RefuseAsync(refusal.Code, refusal.Reason);
            return refusal;
        }

        await book.RememberAsync(hello);
        connection.OpenForPeer();
        return null;
    }

    private void OpenFor(FramedConnection connection, Hello hello)
    {
        if (hello.Role == PeerRole.Replica)
            connection.OpenForPeer();
        else
            connection.OpenForClient(hello.Group == 0 ? null : self.Group);
    }

    private static async Task<Message> ReadAsync(FramedConnection connection)
    {
        Message? message;
        while (!connection.Receiver.TryRead(out message, out _))
        {
            if (!await connection.Receiver.FillAsync(connection.Connection.Closed))
                throw new WireFormatException("the connection ended before a hello");
        }

        return message;
    }
}
