using System.Net;
using System.Net.Sockets;
using System.Text;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>One scripted replica of a <see cref="FakeGroup"/>: a listener on a free port of loopback.</summary>
internal sealed class FakeReplica : IAsyncDisposable
{
    private readonly FakeGroup _group;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Socket> _connections = [];
    private readonly List<Task> _tasks = [];
    private TaskCompletionSource _awake = Completed();
    private bool _isDead;
    private ClientRequest? _statusQuestion;

    public FakeReplica(FakeGroup group, int index)
    {
        _group = group;
        Place = new ReplicaId(index);
        _listener.Start();
        Address = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _tasks.Add(Task.Run(AcceptAsync));
    }

    public string Address { get; }

    private GroupId Group => _group.Group;

    /// <summary>Which place it says it has.</summary>
    public ReplicaId Place { get; set; }

    /// <summary>What it says was drawn with its data directory.</summary>
    public ulong Identity { get; set; } = 1;

    /// <summary>What it says its cluster is; null for the group's.</summary>
    public Guid? OtherCluster { get; set; }

    /// <summary>Whether it says that it hears a quorum.</summary>
    public bool HearsQuorum { get; set; } = true;

    /// <summary>It answers the question who leads a second time, when the next request comes: as if it had been asked twice.</summary>
    public bool RepeatsStatus { get; set; }

    /// <summary>Goes on listening and accepts bytes, and says nothing more: a stopped process.</summary>
    public void Pause() => _awake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says at once what it has not said since <see cref="Pause"/>.</summary>
    public void Resume() => _awake.TrySetResult();

    /// <summary>Closes all sockets with a reset: a killed process.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            _isDead = true;
            _listener.Stop();
            foreach (Socket socket in _connections)
                socket.Close(timeout: 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _awake.TrySetResult();
        Kill();
        await Task.WhenAll(_tasks);
        _stop.Dispose();
    }

    private static TaskCompletionSource Completed()
    {
        TaskCompletionSource source = new();
        source.SetResult();
        return source;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                lock (_gate)
                {
                    if (_isDead)
                        socket.Close(timeout: 0);
                    _connections.Add(socket);
                    _tasks.Add(Task.Run(() => ServeAsync(socket)));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or InvalidOperationException)
        {
            // Dead; invalid is what a listener calls this when it was stopped before this began.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using NetworkStream stream = new(socket, ownsSocket: false);
            using FrameReceiver reader = new(new PooledSocketStream(socket), new FrameReader());
            if (await reader.ReadAsync(_stop.Token) is not { Kind: MessageKind.Hello })
                return;
            await _awake.Task;
            await SendAsync(stream, MyHello());
            reader.Frames.Group = Group;
            reader.Frames.MaximumLength = Limits.FrameFromClient;
            while (await reader.ReadAsync(_stop.Token) is { Kind: MessageKind.ClientRequest } content)
            {
                await _awake.Task;
                await ServeAsync(socket, stream, content.Request);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException
            or ObjectDisposedException or WireFormatException)
        {
            // The client went, or this replica is dead.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private Hello MyHello() =>
        new(ProtocolVersion.Lowest, ProtocolVersion.Highest, PeerRole.Replica, OtherCluster ?? _group.Cluster, Group, Place, default, Identity, 1, 1)
        {
            Standing = new ReplicaStanding(true, Guid.Empty, 0, default, default, 0, 0, default, default),
        };

    private async Task ServeAsync(Socket socket, NetworkStream stream, ClientRequest request)
    {
        if ((CommandKind)request.Command.Span[0] == CommandKind.ReadStatus)
        {
            await SendAsync(stream, Reply(request, ReplyStatus.Ok, MyStatus().Encode()));
            _statusQuestion = request;
            return;
        }
        if (RepeatsStatus && _statusQuestion is { } question)
            await SendAsync(stream, Reply(question, ReplyStatus.Ok, MyStatus().Encode()));
        if (_group.Primary != this)
        {
            await SendAsync(stream, Redirect(request));
            return;
        }
        Fate fate = _group.FateOf(request);
        switch (fate)
        {
            case Fate.LoseTheRequest:
                break;
            case Fate.ResetBefore:
                socket.Close(timeout: 0);
                break;
            case Fate.Garble:
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
                break;
            case Fate.Busy:
                await SendAsync(stream, Reply(request, ReplyStatus.Busy, []));
                break;
            case Fate.NoQuorum:
                await SendAsync(stream, Reply(request, ReplyStatus.NoQuorum, []));
                break;
            case Fate.Redirect:
                await SendAsync(stream, Redirect(request));
                break;
            case Fate.Supersede or Fate.SupersedeAndLose:
                if (fate == Fate.Supersede)
                    _group.Execute(request);
                await SendAsync(stream, Reply(request, ReplyStatus.Superseded, []));
                break;
            default:
                await AnswerAsync(socket, stream, fate, request);
                break;
        }
    }

    private async Task AnswerAsync(Socket socket, NetworkStream stream, Fate fate, ClientRequest request)
    {
        ClientReply reply = _group.Execute(request) ?? Reply(request, ReplyStatus.Ok, new HistoryResult(0, 0, []).Encode());
        byte[] frame = FrameWriter.Encode(reply with { LogTime = _group.LogTime }, Group);
        switch (fate)
        {
            case Fate.LoseTheAnswer:
                break;
            case Fate.ResetWithinTheAnswer:
                await stream.WriteAsync(frame.AsMemory(0, frame.Length / 2));
                socket.Close(timeout: 0);
                break;
            case Fate.AnswerByteByByte:
                for (int position = 0; position < frame.Length; position++)
                    await stream.WriteAsync(frame.AsMemory(position, 1));
                break;
            case Fate.AnswerTwice:
                await stream.WriteAsync(frame);
                await stream.WriteAsync(frame);
                break;
            default:
                await stream.WriteAsync(frame);
                break;
        }
    }

    private StatusResult MyStatus() => _group.Tell(new StatusResult(
        _group.Replicas.Count,
        Place,
        _group.View,
        _group.Primary == this ? "primary" : "follower",
        Slot.Zero,
        Slot.Zero,
        Slot.Zero,
        StateHash: 0,
        HearsQuorum,
        Syncs: 0,
        IsDiskFull: false,
        IsStateInDoubt: false,
        _group.Endpoints)
    {
        List = _group.State.Members.Number,
        Votes = true,
    });

    private ClientReply Redirect(ClientRequest request) =>
        Reply(request, ReplyStatus.Redirect, Encoding.UTF8.GetBytes(_group.Primary.Address));

    private ClientReply Reply(ClientRequest request, ReplyStatus status, byte[] payload) =>
        new(request.Session, request.Sequence, status, _group.View, payload) { LogTime = _group.LogTime };

    private async Task SendAsync(NetworkStream stream, FrameContent message) =>
        await stream.WriteAsync(FrameWriter.Encode(message, Group));
}
