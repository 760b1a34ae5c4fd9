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
    private readonly TaskCompletionSource<string> _disowned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is known of a peer changes in one introduction at a time, so that none rests on what another one is just changing.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The replicas that were met.</summary>
    public PeerBook Book => book;

    /// <summary>Ends when it turns out that this data directory is not the one that others have met, with what they say: it must not vote.</summary>
    public Task<string> Disowned => _disowned.Task;

    /// <summary>Reads the hello on a connection that somebody opened, and answers it.</summary>
    /// <returns>The hello; null, and the connection closed, when it is refused.</returns>
    /// <exception cref="WireFormatException">What arrives is not this protocol.</exception>
    public async Task<Hello?> AnswerAsync(WatchedConnection connection)
    {
        Introduction introduction = new(self, book, called: null);
        while (true)
        {
            IntroductionStep step = await TakeAsync(connection, introduction);
            if (step.Refusal is not null || step.ToldBy is not null)
                return null;
            if (!step.IsDone)
                continue;
            OpenFor(connection, introduction.Met!);
            return introduction.Met;
        }
    }

    /// <summary>Says hello on a connection to a peer, and checks its answer.</summary>
    /// <returns>Null when the two accept each other; otherwise, and the connection closed, why not.</returns>
    /// <exception cref="WireFormatException">What arrives is not this protocol.</exception>
    public async Task<HelloRefusal?> CallAsync(WatchedConnection connection, ReplicaId peer)
    {
        Introduction introduction = new(self, book, peer);
        connection.Send(introduction.Begin());
        IntroductionStep step = await TakeAsync(connection, introduction);
        if (step.Refusal is null && step.ToldBy is null)
            connection.OpenForPeer();
        return step.Refusal ?? step.ToldBy;
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<IntroductionStep> TakeAsync(WatchedConnection connection, Introduction introduction)
    {
        FrameContent content = await ReadAsync(connection);
        IntroductionStep step = await CarryOutAsync(connection, introduction, content);
        if (step.ToldBy is { } told)
        {
            connection.Connection.Close(told.Reason);
            if (told.Code == RefusalCode.IdentityMismatch)
                _disowned.TrySetResult(told.Reason);
        }

        if (step.Refusal is not { } refusal)
            return step;
        if (refusal.IsAboutSelf)
            _disowned.TrySetResult(refusal.Reason);
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
                connection.Send(self.HelloTo(new ReplicaId(0)));
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
                connection.Send(book.HelloTo(introduction.Met!.Replica));
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

    private static async Task<FrameContent> ReadAsync(WatchedConnection connection) =>
        await connection.Receiver.ReadAsync(connection.Connection.Closed) ?? throw new WireFormatException("the connection ended before a hello");
}
