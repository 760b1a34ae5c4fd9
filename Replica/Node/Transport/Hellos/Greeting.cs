using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>
/// Carries out an <see cref="Introduction"/> on a connection. A mismatch is answered with a ConnectionRefused that says why; what is not this
/// protocol at all gets no answer. The time it may take is watched from outside.
/// </summary>
/// <param name="self">This replica.</param>
/// <param name="book">The replicas that were met.</param>
/// <param name="remember">Makes what is remembered of a peer durable; the task ends when it is.</param>
internal sealed class Greeting(ReplicaCard self, PeerBook book, Func<ReplicaId, PeerMemory, Task> remember) : IDisposable
{
    private readonly TaskCompletionSource<HelloRefusal> _disowned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is known of a peer changes in one introduction at a time, so that none rests on what another one is just changing.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The replicas that were met.</summary>
    public PeerBook Book => book;

    /// <summary>Ends when it turns out that this data directory is not the one that others have met, or that this replica was replaced, with the reason: it must not vote.</summary>
    public Task<HelloRefusal> Disowned => _disowned.Task;

    /// <summary>Reads the next frame of the hellos.</summary>
    /// <exception cref="WireFormatException">What arrives is not this protocol, or nothing does any more.</exception>
    public static async Task<FrameContent> ReadAsync(WatchedConnection connection) =>
        await connection.Receiver.ReadAsync(connection.Connection.Closed) ?? throw new WireFormatException("the connection ended before a hello");

    /// <summary>Begins the hellos of a call to a peer.</summary>
    public Introduction NewCall(ReplicaId peer) => new(self, book, peer);

    /// <summary>Answers the hello on a connection that somebody opened.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="first">The first frame on it.</param>
    /// <returns>The introduction, with the hello; null, and the connection closed, when it is refused.</returns>
    /// <exception cref="WireFormatException">What arrives is not this protocol.</exception>
    public async Task<Introduction?> AnswerAsync(WatchedConnection connection, FrameContent first)
    {
        Introduction introduction = new(self, book, called: null);
        FrameContent content = first;
        while (true)
        {
            IntroductionStep step = await TakeAsync(connection, introduction, content);
            if (step.Refusal is not null || step.ToldBy is not null)
                return null;
            if (step.IsDone)
                break;
            content = await ReadAsync(connection);
        }

        OpenFor(connection, introduction.Met!);
        return introduction;
    }

    /// <summary>Says hello on a connection to a peer, and checks its answer.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="introduction">From <see cref="NewCall"/>.</param>
    /// <returns>Null when the two accept each other; otherwise, and the connection closed, why not.</returns>
    /// <exception cref="WireFormatException">What arrives is not this protocol.</exception>
    public async Task<HelloRefusal?> CallAsync(WatchedConnection connection, Introduction introduction)
    {
        connection.Send(introduction.Begin());
        IntroductionStep step = await TakeAsync(connection, introduction, await ReadAsync(connection));
        if (step.Refusal is null && step.ToldBy is null)
            connection.OpenForPeer();
        return step.Refusal ?? step.ToldBy;
    }

    /// <summary>Closes a connection whose introduction does not hold any more. A replaced peer is told so; others call again.</summary>
    public void End(Introduction introduction, WatchedConnection connection)
    {
        HelloRefusal? refusal = introduction.Met is { } met ? new HelloCheck(self, book.Members.Now).FindNonMember(met, known: 0) : null;
        if (refusal is not null)
            connection.Send(new ConnectionRefused((int)refusal.Code, refusal.Reason));
        connection.Connection.Close(refusal is null ? "the member list has changed: the two introduce themselves again" : $"PX{(int)refusal.Code}: {refusal.Reason}");
    }

    /// <summary>A peer has ended a connection after the hellos, and said why.</summary>
    public void OnLastWord(ConnectionRefused last)
    {
        if (last.Code == (int)RefusalCode.Replaced)
            _disowned.TrySetResult(new HelloRefusal(RefusalCode.Replaced, last.Reason));
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<IntroductionStep> TakeAsync(WatchedConnection connection, Introduction introduction, FrameContent content)
    {
        IntroductionStep step = await CarryOutAsync(connection, introduction, content);
        if (step.ToldBy is { } told)
        {
            connection.Connection.Close(told.Reason);
            if (told.StopsReceiver)
                _disowned.TrySetResult(told);
        }

        if (step.Refusal is not { } refusal)
            return step;
        if (refusal.IsAboutSelf)
            _disowned.TrySetResult(refusal);
        await connection.RefuseAsync(refusal.Code, refusal.Reason);
        return step;
    }

    private async Task<IntroductionStep> CarryOutAsync(WatchedConnection connection, Introduction introduction, FrameContent content)
    {
        if (content.Message is Hello { Role: PeerRole.Client })
        {
            // Nothing is remembered of clients, so they need not wait.
            IntroductionStep answer = introduction.Take(in content);
            if (answer.SaysHello)
                connection.Send(book.HelloToClient());
            return answer;
        }

        await _turn.WaitAsync(connection.Connection.Closed);
        try
        {
            IntroductionStep step = introduction.Take(in content);
            if (step.Note is { } note)
            {
                await remember(step.Peer, note);
                book.Commit(step.Peer, note);
            }

            if (step.SaysHello)
                connection.Send(introduction.Speak());
            return step;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void OpenFor(WatchedConnection connection, Hello hello)
    {
        if (hello.Role == PeerRole.Replica)
            connection.OpenForPeer();
        else
            connection.OpenForClient(hello.Group == GroupId.None ? null : self.Group);
    }
}
