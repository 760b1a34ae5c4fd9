using System.Net.Sockets;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>
/// A connection on which frames travel: what is read from it, what waits to be sent on it, and how long either may take.
/// </summary>
internal sealed class FramedConnection : IWatched, IDisposable
{
    private static readonly TimeSpan _lastWord = TimeSpan.FromSeconds(1);

    private readonly NodeLimits _limits;
    private readonly RunningClock _clock;
    private readonly int _group;
    private long _handshakeSince;
    private long _refusedSince;
    private string _refusal = "";

    /// <summary>Takes over a connected socket; the hello has to follow in time.</summary>
    public FramedConnection(Socket socket, int group, NodeLimits limits, RunningClock clock)
    {
        _limits = limits;
        _group = group;
        _clock = clock;
        _handshakeSince = clock.Now;
        Connection = new Connection(socket);
        Receiver = new FrameReceiver(socket, new FrameReader(), clock);
        Sender = new SendQueue(Connection, clock);
    }

    /// <summary>The socket and the reason it ended for.</summary>
    public Connection Connection { get; }

    /// <summary>What arrives.</summary>
    public FrameReceiver Receiver { get; }

    /// <summary>What leaves.</summary>
    public SendQueue Sender { get; }

    /// <summary>One more thing that may be overdue, known only to the owner; given the moment by the clock, says what.</summary>
    public Func<long, string?>? OwnDeadline { get; set; }

    /// <summary>The hello is done: the limits of a client's connection hold from now on.</summary>
    /// <param name="frameGroup">The group each frame has to name; null for any.</param>
    public void OpenForClient(int? frameGroup) =>
        Open(Limits.FrameFromClient, frameGroup, readAhead: 64 * 1024, _limits.ClientSendBytes, keptBytes: 64 * 1024);

    /// <summary>The hello is done: the limits of a connection between replicas hold from now on.</summary>
    public void OpenForPeer() =>
        Open(Limits.FrameBetweenReplicas, _group, readAhead: 256 * 1024, _limits.PeerSendBytes, keptBytes: 1024 * 1024);

    /// <summary>Sends one message now; for hellos and last words, not for traffic.</summary>
    public void Send(Message message)
    {
        Sender.Append(FrameWriter.Encode(message, _group));
        Sender.Flush();
    }

    /// <summary>Tells the other side why, and closes. What it still sends is read and forgotten for a moment, because a reset would take the reason away from it.</summary>
    /// <param name="code">The code.</param>
    /// <param name="reason">For people, one sentence; with the code it is also the reason of the close.</param>
    public async Task RefuseAsync(RefusalCode code, string reason)
    {
        Send(new ConnectionRefused((int)code, reason));
        _refusal = reason;
        Volatile.Write(ref _refusedSince, _clock.Now);
        try
        {
            Connection.Socket.Shutdown(SocketShutdown.Send);
            byte[] forgotten = new byte[1024];
            for (int left = Limits.FrameBeforeHello / forgotten.Length; left > 0; left--)
            {
                if (await Connection.Socket.ReceiveAsync(forgotten, SocketFlags.None, Connection.Closed) == 0)
                    break;
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side is gone or slow: the connection is closed either way, for the reason it was told.
        }

        Connection.Close($"PX{(int)code}: {reason}");
    }

    /// <inheritdoc/>
    public string? Overdue(long now)
    {
        long refused = Volatile.Read(ref _refusedSince);
        if (refused != 0)
            return now - refused > _lastWord.TotalMilliseconds ? _refusal : null;
        if (_handshakeSince != 0 && now - _handshakeSince > _limits.Handshake.TotalMilliseconds)
            return $"it said no hello within {_limits.Handshake.TotalSeconds:0.#} s";
        if (Sender.StuckMilliseconds(now) > _limits.Send.TotalMilliseconds)
            return $"it took nothing of what was sent for {_limits.Send.TotalSeconds:0.#} s";
        return SlowFrame(now) ?? OwnDeadline?.Invoke(now);
    }

    /// <inheritdoc/>
    public void Close(string reason) => Connection.Close(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        Connection.Dispose();
        Sender.Dispose();
        Receiver.Dispose();
    }

    private void Open(int frameLength, int? frameGroup, int readAhead, int sendBytes, int keptBytes)
    {
        Receiver.Frames.MaximumLength = frameLength;
        Receiver.Frames.Group = frameGroup;
        Receiver.ReadAheadBytes = readAhead;
        Sender.ByteLimit = sendBytes;
        Sender.KeptBytes = keptBytes;
        Volatile.Write(ref _handshakeSince, 0);
    }

    private string? SlowFrame(long now)
    {
        long since = Receiver.PartialSince;
        double over = since == 0 ? 0 : now - since - _limits.FrameGrace.TotalMilliseconds;
        return over > 0 && Receiver.PartialBytes < over * _limits.FrameBytesPerSecond / 1000
            ? $"a frame arrives slower than {_limits.FrameBytesPerSecond} bytes a second"
            : null;
    }
}
