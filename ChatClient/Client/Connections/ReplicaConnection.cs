using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// One connection to one replica: opened with a hello, asked one question at a time, and then, once started, a receiving
/// and a sending loop with many requests under way. What is written while a send is under way goes out together with the next.
/// </summary>
internal sealed class ReplicaConnection : IRequestSink, IAsyncDisposable
{
    private const int KeptBufferBytes = 1024 * 1024;

    private readonly Socket _socket;
    private readonly MessageReader _reader;
    private readonly Lock _outgoing = new();
    private readonly SemaphoreSlim _hasOutgoing = new(0, 1);
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource<string> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ArrayBufferWriter<byte> _filling = new(16 * 1024);
    private ArrayBufferWriter<byte> _sending = new(16 * 1024);
    private bool _senderWaits;
    private Task _loops = Task.CompletedTask;
    private volatile bool _waitsForInput;
    private int _isClosed;
    private long _lastTag;

    private ReplicaConnection(string address, Socket socket)
    {
        Address = address;
        _socket = socket;
        _reader = new MessageReader(PipeReader.Create(new NetworkStream(socket, ownsSocket: false)), new FrameReader());
    }

    /// <summary>Whom it leads to.</summary>
    public string Address { get; }

    /// <summary>What the replica said of itself.</summary>
    public Hello Peer { get; private set; } = null!;

    /// <summary>What the replica said of its group, when it was asked last.</summary>
    public StatusResult Status { get; private set; } = null!;

    /// <summary>Ends with the first reason when the connection does.</summary>
    public Task<string> Completion => _completion.Task;

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
            ReplicaConnection connection = new(address, socket);
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

    /// <summary>Asks the replica what it knows of its group; only before <see cref="Start"/>.</summary>
    /// <param name="again">Asks once more when there is no answer for so long: a frame may be lost.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConnectionFailedException">No answer; the message says why.</exception>
    public async Task<StatusResult> AskStatusAsync(TimeSpan again, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                // From the top down: the link numbers its own questions on this connection from 1 up, and an answer to this one may come late.
                SequenceNumber tag = new(Limits.HighestNumber - ++_lastTag);
                await SendAsync(
                    new ClientRequest(SessionId.None, tag, SequenceNumber.None, SequenceNumber.None, new ReadStatusQuery().Encode()),
                    Peer.Group,
                    cancellation);
                if (await WaitForStatusAsync(again, cancellation) is { } status)
                    return Status = status;
            }
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or ConnectionFailedException))
        {
            throw new ConnectionFailedException(Classify(exception));
        }
    }

    /// <summary>Starts both loops.</summary>
    /// <param name="onReply">Called for every reply, one at a time, from the receiving loop; it must not block.</param>
    public void Start(Action<ReplicaConnection, ClientReply> onReply) =>
        _loops = Task.WhenAll(Task.Run(() => RunAsync(() => ReceiveLoopAsync(onReply))), Task.Run(() => RunAsync(SendLoopAsync)));

    /// <inheritdoc/>
    public void Write(ClientRequest request)
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
        _completion.TrySetResult(reason);
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
        Message answer = await ReceiveAsync(cancellation);
        if (answer is not Hello { Role: PeerRole.Replica } hello)
            throw new ConnectionFailedException("what listens there is no replica");
        if (cluster != Guid.Empty && hello.Cluster != cluster)
            throw new ConnectionFailedException($"belongs to another cluster, {hello.Cluster}");
        Peer = hello;
        _reader.Frames.Group = hello.Group;
        _reader.Frames.MaximumLength = Limits.FrameFromClient;
    }

    private static Hello Greeting(Guid cluster) =>
        new(ProtocolVersion.Lowest, ProtocolVersion.Highest, PeerRole.Client, cluster, Group: 0, default, default, Identity: 0, Incarnation: 0, MembersHash: 0);

    // Any answer will do: a late one to the question before is as good.
    private async Task<StatusResult?> WaitForStatusAsync(TimeSpan patience, CancellationToken cancellation)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(patience);
        try
        {
            while (true)
            {
                if (await ReceiveAsync(late.Token) is not ClientReply reply)
                    continue;
                return reply.Status == ReplyStatus.Ok
                    ? StatusResult.Decode(reply.Payload.Span)
                    : throw new ConnectionFailedException($"answered {reply.Status} to the question who leads");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task SendAsync(Message message, int group, CancellationToken cancellation) =>
        await SendAllAsync(FrameWriter.Encode(message, group), cancellation);

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, cancellation)..];
    }

    private async ValueTask<Message> ReceiveAsync(CancellationToken cancellation)
    {
        Message message = await _reader.ReadAsync(cancellation)
            ?? throw new ConnectionFailedException("closed by the replica");
        return message is ConnectionRefused refused
            ? throw new ConnectionFailedException($"refused with PX{refused.Code}: {refused.Reason}")
            : message;
    }

    private async Task RunAsync(Func<Task> loop)
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

    private async Task ReceiveLoopAsync(Action<ReplicaConnection, ClientReply> onReply)
    {
        while (true)
        {
            ValueTask<Message> next = ReceiveAsync(_closed.Token);
            _waitsForInput = !next.IsCompleted;
            Message message = await next;
            _waitsForInput = false;
            if (message is ClientReply reply)
                onReply(this, reply);
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
