using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// One connection to one replica: opened with a hello, and then a receiving and a sending loop with many requests under way. What is written while a send is under way goes out together with the next.
/// </summary>
internal sealed class ReplicaConnection : IAsyncDisposable
{
    private const int KeptBufferBytes = 1024 * 1024;
    private const int MostTogether = 1024;

    private readonly Socket _socket;
    private readonly MessageReader _reader;
    private readonly Lock _outgoing = new();
    private readonly SemaphoreSlim _hasOutgoing = new(0, 1);
    private readonly CancellationTokenSource _closed = new();
    private ArrayBufferWriter<byte> _filling = new(16 * 1024);
    private ArrayBufferWriter<byte> _sending = new(16 * 1024);
    private bool _senderWaits;
    private Task _loops = Task.CompletedTask;
    private volatile bool _waitsForInput;
    private int _isClosed;
    private string _reason = "";

    private ReplicaConnection(Socket socket)
    {
        _socket = socket;
        _reader = new MessageReader(PipeReader.Create(new NetworkStream(socket, ownsSocket: false)), new FrameReader());
    }

    /// <summary>What the replica said of itself.</summary>
    public Hello Peer { get; private set; } = null!;

    /// <summary>Something came that the receiving loop has not taken in yet.</summary>
    public bool HasUnread
    {
        get
        {
            try
            {
                return !_waitsForInput || _socket.Available > 0;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return false; // It has ended.
            }
        }
    }

    /// <summary>Connects and says hello.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="cluster">The cluster meant; empty for any.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConnectionFailedException">It came to nothing; the message says why.</exception>
    public static async Task<ReplicaConnection> OpenAsync(string address, Guid cluster, CancellationToken cancellation)
    {
        if (!NetworkAddress.TryParse(address, out NetworkAddress? destination) || destination.Port == 0)
            throw new ConnectionFailedException("not an address");
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(destination.Host, destination.Port, cancellation);
            ReplicaConnection connection = new(socket);
            await connection.GreetAsync(cluster, cancellation);
            return connection;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is OperationCanceledException)
                throw;
            throw new ConnectionFailedException(Classify(exception));
        }
    }

    /// <summary>Receives and sends until the connection ends; called once.</summary>
    /// <param name="onReplies">
    /// Called for all replies that have arrived together, one call at a time; the list is valid during the call, which must not block.
    /// </param>
    /// <param name="cancellation">Ends the connection.</param>
    /// <returns>Why it ended; the first reason counts.</returns>
    public async Task<string> RunAsync(Action<List<ClientReply>> onReplies, CancellationToken cancellation)
    {
        await using CancellationTokenRegistration closing = cancellation.UnsafeRegister(
            static connection => ((ReplicaConnection)connection!).Close("closed by the client"), this);
        _loops = Task.WhenAll(
            Task.Run(() => RunLoopAsync(() => ReceiveLoopAsync(onReplies)), CancellationToken.None),
            Task.Run(() => RunLoopAsync(SendLoopAsync), CancellationToken.None));
        await _loops;
        return _reason;
    }

    /// <summary>Puts a request behind those before it. Never blocks and never fails: a connection that broke says so by its end.</summary>
    public void Write(in ClientRequest request)
    {
        lock (_outgoing)
        {
            FrameWriter.Write(_filling, request, Peer.Group);
            if (!_senderWaits)
                return;
            _senderWaits = false;
        }
        _hasOutgoing.Release();
    }

    /// <summary>Ends the connection; only the first reason counts.</summary>
    public void Close(string reason)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        _reason = reason;
        _closed.Cancel();
        _socket.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close("closed by the client");
        await _loops;
        _hasOutgoing.Dispose();
        _closed.Dispose();
    }

    private async Task GreetAsync(Guid cluster, CancellationToken cancellation)
    {
        await SendAsync(Greeting(cluster), group: 0, cancellation);
        FrameContent answer = await ReceiveAsync(cancellation);
        if (answer.Message is not Hello { Role: PeerRole.Replica } hello)
            throw new ConnectionFailedException("what listens there is no replica");
        if (cluster != Guid.Empty && hello.Cluster != cluster)
            throw new ConnectionFailedException($"belongs to another cluster, {hello.Cluster}");
        Peer = hello;
        _reader.Frames.Group = hello.Group;
        _reader.Frames.MaximumLength = Limits.FrameFromClient;
    }

    private static Hello Greeting(Guid cluster) =>
        new(ProtocolVersion.Lowest, ProtocolVersion.Highest, PeerRole.Client, cluster, Group: 0, default, default, Identity: 0, Incarnation: 0, MembersHash: 0);

    private async Task SendAsync(Message message, int group, CancellationToken cancellation) =>
        await SendAllAsync(FrameWriter.Encode(message, group), cancellation);

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, cancellation)..];
    }

    private async ValueTask<FrameContent> ReceiveAsync(CancellationToken cancellation)
    {
        FrameContent content = await _reader.ReadAsync(cancellation)
            ?? throw new ConnectionFailedException("closed by the replica");
        return content.Message is ConnectionRefused refused
            ? throw new ConnectionFailedException($"refused with PX{refused.Code}: {refused.Reason}")
            : content;
    }

    private async Task RunLoopAsync(Func<Task> loop)
    {
        try
        {
            await loop();
        }
        catch (Exception exception)
        {
            Close(Classify(exception));
        }
    }

    private async Task ReceiveLoopAsync(Action<List<ClientReply>> onReplies)
    {
        List<ClientReply> replies = [];
        while (true)
        {
            ValueTask<FrameContent> next = ReceiveAsync(_closed.Token);
            if (replies.Count == MostTogether || (!next.IsCompleted && replies.Count > 0))
            {
                onReplies(replies);
                replies.Clear();
            }
            _waitsForInput = !next.IsCompleted;
            FrameContent content = await next;
            _waitsForInput = false;
            if (content.Kind == MessageKind.ClientReply)
                replies.Add(content.Reply);
        }
    }

    private async Task SendLoopAsync()
    {
        while (true)
        {
            lock (_outgoing)
            {
                (_filling, _sending) = (_sending, _filling);
                _senderWaits = _sending.WrittenCount == 0;
            }
            if (_sending.WrittenCount == 0)
            {
                await _hasOutgoing.WaitAsync(_closed.Token);
                continue;
            }
            await SendAllAsync(_sending.WrittenMemory, _closed.Token);
            if (_sending.Capacity > KeptBufferBytes)
                _sending = new ArrayBufferWriter<byte>(16 * 1024);
            else
                _sending.ResetWrittenCount();
        }
    }

    private static string Classify(Exception exception) => exception switch
    {
        ConnectionFailedException => exception.Message,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused: nothing listens there",
        SocketException { SocketErrorCode: SocketError.HostNotFound } => "unknown host",
        SocketException socket => $"connection lost ({socket.SocketErrorCode})",
        IOException { InnerException: SocketException socket } => $"connection lost ({socket.SocketErrorCode})",
        WireFormatException => $"not a replica's answer: {exception.Message}",
        OperationCanceledException or ObjectDisposedException => "closed",
        _ => $"{exception.GetType().Name}: {exception.Message}",
    };
}
