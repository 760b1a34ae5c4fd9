using System.Net.Sockets;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node.Transport.Connections;

/// <summary>A connection of a replica: frames, the bounds for each kind of other side, and how long anything on it may take.</summary>
internal sealed class WatchedConnection : IWatched, IDisposable
{
    private const long Never = -1;
    private static readonly TimeSpan _lastWord = TimeSpan.FromSeconds(1);

    private readonly FramedConnection _framed;
    private readonly NodeLimits _limits;
    private readonly RunningClock _clock;
    private long _handshakeSince;
    private long _refusedSince = Never;
    private string _refusal = "";
    private Standstill _send;
    private Standstill _frame;

    /// <summary>Takes over a connected socket; the hello has to follow in time.</summary>
    /// <exception cref="SocketException">The other side has reset it already.</exception>
    public WatchedConnection(Socket socket, SharedTransport shared)
    {
        _limits = shared.Limits;
        Group = shared.Self.Group;
        _clock = shared.Watch.Clock;
        _handshakeSince = _clock.Now;
        _framed = new FramedConnection(socket, CloseReasons.Describe, shared.Loop.Open);
    }

    /// <summary>The socket and the reason it ended for.</summary>
    public Connection Connection => _framed.Connection;

    /// <summary>What arrives.</summary>
    public FrameReceiver Receiver => _framed.Receiver;

    /// <summary>What leaves.</summary>
    public SendQueue Sender => _framed.Sender;

    /// <summary>The group that it is of, as every frame that is sent on it names it. Set before the hello is answered.</summary>
    public GroupId Group { get; set; }

    /// <summary>One more thing that may be overdue, known only to the owner; given the moment by the clock, says what.</summary>
    public Func<long, string?>? OwnDeadline { get; set; }

    /// <summary>The hello is done: the limits of a client's connection hold from now on.</summary>
    /// <param name="frameGroup">The group each frame has to name; null for any.</param>
    public void OpenForClient(GroupId? frameGroup) =>
        Open(new ConnectionBounds(Limits.FrameFromClient, frameGroup, ReadAheadBytes: 64 * 1024, _limits.ClientSendBytes, KeptBytes: 64 * 1024));

    /// <summary>The hello is done: the limits of a connection between replicas hold from now on.</summary>
    public void OpenForPeer() =>
        Open(new ConnectionBounds(Limits.FrameBetweenReplicas, Group, ReadAheadBytes: 256 * 1024, _limits.PeerSendBytes, KeptBytes: 1024 * 1024));

    /// <summary>Sends one message now; for hellos and last words, not for traffic.</summary>
    public void Send(Message message)
    {
        Sender.Append(message, Group);
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
                if (await Connection.Stream.ReceiveAsync(forgotten, Connection.Closed) == 0)
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
        if (refused != Never)
            return now - refused > _lastWord.TotalMilliseconds ? _refusal : null;
        long handshake = Volatile.Read(ref _handshakeSince);
        if (handshake != Never && now - handshake > _limits.Handshake.TotalMilliseconds)
            return $"it said no hello within {_limits.Handshake.TotalSeconds:0.#} s";
        (bool isSending, long taken) = Sender.Progress;
        if (_send.Milliseconds(isSending, taken, now) > _limits.Send.TotalMilliseconds)
            return $"it took nothing of what was sent for {_limits.Send.TotalSeconds:0.#} s";
        return SlowFrame(now) ?? OwnDeadline?.Invoke(now);
    }

    /// <inheritdoc/>
    public void Close(string reason) => Connection.Close(reason);

    /// <inheritdoc/>
    public void Dispose() => _framed.Dispose();

    private void Open(in ConnectionBounds bounds)
    {
        _framed.Open(bounds);
        Volatile.Write(ref _handshakeSince, Never);
    }

    private string? SlowFrame(long now)
    {
        int bytes = Receiver.PartialBytes;
        double over = _frame.Milliseconds(bytes > 0, Receiver.Count, now) - _limits.FrameGrace.TotalMilliseconds;
        return over > 0 && bytes < over * _limits.FrameBytesPerSecond / 1000
            ? $"a frame arrives slower than {_limits.FrameBytesPerSecond} bytes a second"
            : null;
    }

    /// <summary>How long something that is under way has made no progress, found out by looking at it: one look a round of the <see cref="ConnectionWatch"/>.</summary>
    private struct Standstill
    {
        private bool _isUnderWay;
        private long _progress;
        private long _since;

        public long Milliseconds(bool isUnderWay, long progress, long now)
        {
            if (!isUnderWay || !_isUnderWay || progress != _progress)
                (_isUnderWay, _progress, _since) = (isUnderWay, progress, now);
            return now - _since;
        }
    }
}
