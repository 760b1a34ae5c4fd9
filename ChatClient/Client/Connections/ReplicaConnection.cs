using System.Net.Sockets;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Client.Connections;

/// <summary>
/// One connection to one replica: opened with a hello, and then many requests under way. What is written while a send is under way goes out together with the next.
/// </summary>
internal sealed class ReplicaConnection : IAsyncDisposable
{
    // Several times the largest window: so much waits only when the replica reads nothing, and then another one is due.
    private const int SendBytes = 256 * 1024 * 1024;
    private const int ReadAheadBytes = 64 * 1024;
    private const int KeptBytes = 1024 * 1024;
    private const int MostTogether = 1024;
    private const string ClosedByClient = "closed by the client";

    private readonly FramedConnection _framed;
    private Task _receiving = Task.CompletedTask;
    private volatile bool _waitsForInput;

    private ReplicaConnection(Socket socket) => _framed = new FramedConnection(socket, Classify);

    /// <summary>What the replica said of itself.</summary>
    public Hello Peer { get; private set; } = null!;

    /// <summary>Something came that the receiving loop has not taken in yet.</summary>
    public bool HasUnread => !_waitsForInput || _framed.Connection.HasUnread;

    /// <summary>Connects and says hello.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="cluster">The cluster meant; empty for any.</param>
    /// <param name="group">The group meant; none for any.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConnectionFailedException">It came to nothing; the message says why.</exception>
    public static async Task<ReplicaConnection> OpenAsync(string address, Guid cluster, GroupId group, CancellationToken cancellation)
    {
        if (!NetworkAddress.TryParse(address, out NetworkAddress? destination) || destination.Port == 0)
            throw new ConnectionFailedException("not an address");
        Socket? socket = null;
        ReplicaConnection? connection = null;
        try
        {
            socket = await destination.ConnectAsync(cancellation);
            connection = new ReplicaConnection(socket);
            await connection.GreetAsync(cluster, group, cancellation);
            return connection;
        }
        catch (Exception exception)
        {
            string reason = connection?._framed.Connection.CloseReason ?? Classify(exception);
            connection?._framed.Dispose();
            socket?.Dispose();
            if (exception is OperationCanceledException)
                throw;
            throw new ConnectionFailedException(reason);
        }
    }

    /// <summary>Receives until the connection ends; called once.</summary>
    /// <param name="onReplies">
    /// Called for all replies that have arrived together, one call at a time; the list is valid during the call, which must not block.
    /// </param>
    /// <param name="afterwards">
    /// Called when all that had arrived was told. True: another thread receives what comes next, and this one has nothing to do, however long the call takes. False: more is here already, and the call must not block.
    /// </param>
    /// <param name="cancellation">Ends the connection.</param>
    /// <returns>Why it ended; the first reason counts.</returns>
    public async Task<string> RunAsync(Action<List<ClientReply>> onReplies, Action<bool> afterwards, CancellationToken cancellation)
    {
        await using CancellationTokenRegistration closing = cancellation.UnsafeRegister(
            static connection => ((ReplicaConnection)connection!).Close(ClosedByClient), this);
        _receiving = Task.Run(() => ReceiveAsync(onReplies, afterwards), CancellationToken.None);
        await _receiving;
        return _framed.Connection.CloseReason!;
    }

    /// <summary>Puts a request behind those before it, to be sent by <see cref="Flush"/>. Never blocks and never fails: a connection that broke says so by its end.</summary>
    public void Write(in ClientRequest request) => _framed.Sender.Append(request, Peer.Group);

    /// <summary>As the other one, of an operation of an ordered session.</summary>
    public void Write(OrderedRequest request) => _framed.Sender.Append(request, Peer.Group);

    /// <summary>Sends what was written, or has it sent with what is under way. Never blocks and never fails either.</summary>
    public void Flush() => _framed.Sender.Flush();

    /// <summary>Ends the connection; only the first reason counts.</summary>
    public void Close(string reason) => _framed.Connection.Close(reason);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close(ClosedByClient);
        await _receiving;
        await _framed.Sender.Rest;
        _framed.Dispose();
    }

    private async Task GreetAsync(Guid cluster, GroupId group, CancellationToken cancellation)
    {
        _framed.Sender.Append(Greeting(cluster, group), GroupId.None);
        _framed.Sender.Flush();
        FrameContent answer = await _framed.Receiver.ReadAsync(cancellation) ?? throw Ended();
        ThrowIfRefused(in answer);
        if (answer.Message is not Hello { Role: PeerRole.Replica } hello)
            throw new ConnectionFailedException("what listens there is no replica");
        if (cluster != Guid.Empty && hello.Cluster != cluster)
            throw new ConnectionFailedException($"belongs to another cluster, {hello.Cluster}");
        if (group != GroupId.None && hello.Group != group)
            throw new ConnectionFailedException($"is of {hello.Group}, and not of {group}");
        Peer = hello;
        _framed.Open(new ConnectionBounds(Limits.FrameFromClient, hello.Group, ReadAheadBytes, SendBytes, KeptBytes));
    }

    private static Hello Greeting(Guid cluster, GroupId group) =>
        new(ProtocolVersion.Lowest, ProtocolVersion.Highest, PeerRole.Client, cluster, group, default, default, Identity: 0, Incarnation: 0, MembersHash: 0);

    private static ConnectionFailedException Ended() => new("closed by the replica");

    private static void ThrowIfRefused(in FrameContent content)
    {
        if (content.Message is ConnectionRefused refused)
            throw new ConnectionFailedException($"refused with PX{refused.Code}: {refused.Reason}");
    }

    private async Task ReceiveAsync(Action<List<ClientReply>> onReplies, Action<bool> afterwards)
    {
        try
        {
            List<ClientReply> replies = [];
            bool more = true;
            while (more)
            {
                while (TakeReplies(replies))
                {
                    onReplies(replies);
                    replies.Clear();
                }

                ValueTask<bool> filling = _framed.Receiver.FillAsync(_framed.Connection.Closed);
                if (filling.IsCompleted)
                {
                    afterwards(obj: false);
                    more = await filling;
                    continue;
                }

                _waitsForInput = true;
                more = await new WaitBeside<bool>(filling, afterwards);
                _waitsForInput = false;
            }

            throw Ended();
        }
        catch (Exception exception)
        {
            _framed.Connection.Close(exception);
            _waitsForInput = true;
            afterwards(obj: false);
        }
    }

    /// <summary>Gathers replies that are here; false when there is none.</summary>
    private bool TakeReplies(List<ClientReply> replies)
    {
        while (replies.Count < MostTogether && _framed.Receiver.TryRead(out FrameContent content, out _))
        {
            ThrowIfRefused(in content);
            if (content.Kind == MessageKind.ClientReply)
                replies.Add(content.Reply);
        }

        return replies.Count > 0;
    }

    private static string Classify(Exception exception) => exception switch
    {
        ConnectionFailedException => exception.Message,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused: nothing listens there",
        SocketException { SocketErrorCode: SocketError.HostNotFound } => "unknown host",
        SocketException socket => $"connection lost ({socket.SocketErrorCode})",
        WireFormatException => $"not a replica's answer: {exception.Message}",
        OperationCanceledException or ObjectDisposedException => "closed",
        _ => $"{exception.GetType().Name}: {exception.Message}",
    };
}

/// <summary>One connection to one replica came to nothing, or ended. Stays within the library: the caller hears what it means for the request.</summary>
/// <param name="reason">Why, in a few words.</param>
internal sealed class ConnectionFailedException(string reason) : Exception(reason);
