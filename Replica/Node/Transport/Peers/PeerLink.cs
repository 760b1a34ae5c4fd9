using System.Net.Sockets;
using NLog;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Sharing;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>
/// This replica's own connection to one peer, over which everything for that peer is sent; what the peer sends comes on a
/// connection that the peer opened. It is opened again, with jittered pauses, as long as the replica runs. A peer that is
/// slow or dead fills only its own queue: above the bound the connection is dropped, and the core sends again what is
/// needed when the next one is up. The member list says at which address the peer is called (rule 13).
/// </summary>
/// <param name="peer">The peer.</param>
/// <param name="address">Where it listens, as far as is known at first.</param>
/// <param name="shared">What all connections share.</param>
/// <param name="presence">Told when the connection comes and goes.</param>
internal sealed class PeerLink(ReplicaId peer, NetworkAddress address, SharedTransport shared, PeerPresence presence) : IDisposable
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(PeerLink));

    private readonly Backoff _backoff = new(shared.Limits);
    private readonly PeerTrouble _trouble = new(peer);
    private readonly SemaphoreSlim _nudge = new(0, 1);
    private readonly Lock _gate = new();
    private NetworkAddress _address = address;
    private NetworkAddress _called = address;
    private ConnectAttempt? _attempt;
    private PeerConnection? _current;

    // The driver's thread is that of the loop.
    private SharedPlace? _place;
    private bool _hasOwnFrames;

    /// <summary>The peer can be sent to.</summary>
    public bool IsUp => Volatile.Read(ref _current) is not null;

    /// <summary>Queues a whole frame; forgets it when the peer cannot be reached. Only the driver's thread calls it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="isBulk">It is for a peer that has fallen behind: not on a connection on which others would wait for it.</param>
    public void Append(ReadOnlySpan<byte> frame, bool isBulk = false)
    {
        if (Volatile.Read(ref _current) is not { } current)
            return;
        if (isBulk)
            _place?.OnBulk();
        else if (_place?.TryAppend(frame) == true)
            return;
        current.Connection.Sender.Append(frame);
        _hasOwnFrames = true;
    }

    /// <summary>Sends what was queued on the link's own connection; what others share leaves at the end of the round. Only the driver's thread calls it.</summary>
    public void Flush()
    {
        if (!_hasOwnFrames)
            return;
        _hasOwnFrames = false;
        Volatile.Read(ref _current)?.Connection.Sender.Flush();
    }

    /// <summary>The member list has changed: a replaced peer is left, and the member is called at its address. Any thread.</summary>
    /// <param name="next">Where the member listens.</param>
    public void OnMembers(NetworkAddress next)
    {
        ConnectAttempt? attempt = null;
        lock (_gate)
        {
            if (next != _address)
                attempt = _attempt;
            _address = next;
        }

        attempt?.Close("the peer has another address now");
        if (Volatile.Read(ref _current) is { } current)
            EndIfOver(current);
        Nudge();
    }

    /// <summary>
    /// The peer has a newer member list, and said in its hello where it listens: a replica that was away during the replacement can ask it only there for what it lacks. Any thread.
    /// </summary>
    /// <param name="next">Where it listens.</param>
    public void OnCalledFrom(NetworkAddress next)
    {
        lock (_gate)
        {
            if (next == _address)
                return;
        }

        Volatile.Read(ref _current)?.Connection.Connection.Close("the peer has another address now");
        OnMembers(next);
    }

    /// <summary>Keeps the connection up until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            string? trouble = await ConnectAndServeAsync(stopping);
            if (stopping.IsCancellationRequested)
                return;
            _trouble.Report(_called, trouble);
            await ((Task)_nudge.WaitAsync(_backoff.Next(), stopping)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>The peer is alive, because it called: no need to wait longer before it is called.</summary>
    public void Nudge()
    {
        try
        {
            _nudge.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was nudged already and has not come to it yet.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _nudge.Dispose();

    private async Task<string?> ConnectAndServeAsync(CancellationToken stopping)
    {
        try
        {
            using WatchedConnection connection = new(await ConnectAsync(stopping), shared);
            await using CancellationTokenRegistration stop =
                stopping.Register(() => connection.Connection.Close(CloseReasons.Stopping));
            using IDisposable watch = shared.Watch.Add(connection);
            Introduction introduction = shared.Greeting.NewCall(peer);
            if (await shared.Greeting.CallAsync(connection, introduction) is { } refusal)
                return $"PX{(int)refusal.Code}: {refusal.Reason}";
            await ServeAsync(new PeerConnection(introduction, connection));
            return connection.Connection.CloseReason;
        }
        catch (Exception failure) when (failure is SocketException or WireFormatException or OperationCanceledException or ObjectDisposedException)
        {
            return CloseReasons.Describe(failure);
        }
        catch (Exception failure)
        {
            _log.Error(failure, "The connection to {Peer} ended by an unforeseen error", peer);
            return failure.Message;
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken stopping)
    {
        using ConnectAttempt attempt = new(shared.Watch, shared.Limits.Handshake, stopping);
        lock (_gate)
        {
            // If the address changes from here on, this attempt is called off.
            _attempt = attempt;
            _called = _address;
        }

        try
        {
            return await _called.ConnectAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    /// <summary>The link is up until the other side ends it or it fails; nothing but a last word is expected on it, and that its groups share connections.</summary>
    private async Task ServeAsync(PeerConnection current)
    {
        WatchedConnection connection = current.Connection;

        // A full fence: a member list that is executed later finds this connection, and one that was executed earlier is seen below.
        Interlocked.Exchange(ref _current, current);
        presence.OutgoingUp();
        _trouble.ReportUp(_called);
        long since = shared.Watch.Clock.Now;
        try
        {
            EndIfOver(current);

            // Something may have come together with the hello.
            do
            {
                while (connection.Receiver.TryRead(out FrameContent content, out _))
                    Take(connection, in content);
            }
            while (await connection.Receiver.FillAsync(connection.Connection.Closed));

            connection.Connection.Close(CloseReasons.ClosedByOther);
        }
        catch (Exception failure) when (failure is SocketException or WireFormatException or OperationCanceledException or ObjectDisposedException)
        {
            connection.Connection.Close(CloseReasons.Describe(failure));
        }
        finally
        {
            Volatile.Write(ref _current, null);
            _place?.Leave();
            _place = null;
            presence.OutgoingDown();
            if (shared.Watch.Clock.Now - since > shared.Limits.ReconnectLast.TotalMilliseconds)
                _backoff.Reset();
            await connection.Sender.Rest;
        }
    }

    private void Take(WatchedConnection connection, in FrameContent content)
    {
        if (content.Message is not SharedConnection told)
            connection.Connection.Close(LastWord(in content));
        else if (_place is null)
            _place = shared.Sharing?.Routes.Join(told, connection, presence.Moved);
        else
            throw new WireFormatException("it says a second time that its groups share connections");
    }

    private string LastWord(in FrameContent content)
    {
        if (content.Message is not ConnectionRefused last)
            return $"it sent a {content.Kind} where nothing is expected";
        shared.Greeting.OnLastWord(last);
        return last.Reason;
    }

    private void EndIfOver(PeerConnection current)
    {
        if (!current.Introduction.IsOver)
            return;

        // Nothing more is queued for a peer that is left.
        Interlocked.CompareExchange(ref _current, null, current);
        shared.Greeting.End(current.Introduction, current.Connection);
    }

    /// <summary>Pauses between attempts: doubled each time up to a bound, and jittered so that many do not come back at the same moment.</summary>
    private sealed class Backoff(NodeLimits limits)
    {
        private const int MostDoublings = 16;

        private int _failures;

        /// <summary>The next pause: half of it fixed, half of it by chance.</summary>
        public TimeSpan Next()
        {
            TimeSpan longest = limits.ReconnectFirst * Math.Pow(2, Math.Min(_failures++, MostDoublings));
            TimeSpan bounded = longest < limits.ReconnectLast ? longest : limits.ReconnectLast;
            return bounded * (0.5 + (0.5 * Random.Shared.NextDouble()));
        }

        /// <summary>An attempt succeeded: the next pause is the first one again.</summary>
        public void Reset() => _failures = 0;
    }
}
