using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>
/// A scripted group on loopback: real frames, the real state machine, no consensus. One log is shared by all replicas; the test
/// says who leads, and what becomes of each request.
/// </summary>
internal sealed class FakeGroup : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ClientRequest> _sends = [];
    private readonly List<FakeReplica> _replicas = [];
    private View _view;
    private long _logTime = 1_000_000_000;

    public FakeGroup(int replicas = 3, RoomRetention retention = default)
    {
        State = new ReplicatedState(sessions: 100, sessionWindow: 1024, new ShardMachine(100_000, retention: retention));
        for (int index = 0; index < replicas; index++)
            _replicas.Add(new FakeReplica(this, index));
    }

    public ReplicatedState State { get; }

    public Guid Cluster { get; init; } = Guid.NewGuid();

    /// <summary>What its replicas say its number is.</summary>
    public GroupId Group { get; init; } = new(7);

    /// <summary>Answers in place of the state machine; null leaves it to that one.</summary>
    public Func<ClientRequest, ClientReply?> Answers { get; set; } = static _ => null;

    /// <summary>What its replicas tell log time to be, and stamp on the next entry. It stands still unless a test raises it.</summary>
    public long LogTime
    {
        get => Volatile.Read(ref _logTime);
        set => Volatile.Write(ref _logTime, value);
    }

    /// <summary>Decides what becomes of a request that reaches the primary; the number counts those requests from 1.</summary>
    public Func<ClientRequest, int, Fate> Script { get; set; } = static (_, _) => Fate.Answer;

    /// <summary>What its replicas tell of themselves besides; nothing unless a test says it.</summary>
    public Func<StatusResult, StatusResult> Tell { get; set; } = static status => status;

    public IReadOnlyList<FakeReplica> Replicas => _replicas;

    public IReadOnlyList<string> Endpoints => [.. _replicas.Select(replica => replica.Address)];

    public View View
    {
        get
        {
            lock (_gate)
                return _view;
        }
    }

    public FakeReplica Primary => _replicas[View.Primary(_replicas.Count).Index];

    /// <summary>Every copy of a command that changes something that reached a primary, in the order of arrival.</summary>
    public IReadOnlyList<ClientRequest> Sends
    {
        get
        {
            lock (_gate)
                return [.. _sends];
        }
    }

    /// <summary>The next replica leads.</summary>
    public void ChangeView()
    {
        lock (_gate)
            _view = new View(_view.Number + 1);
    }

    public Fate FateOf(ClientRequest request)
    {
        lock (_gate)
        {
            bool isSend = (CommandKind)request.Command.Span[0] is >= CommandKind.SendMessage and <= CommandKind.ReplaceMember;
            if (isSend)
                _sends.Add(request);
            return Script(request, isSend ? _sends.Count : 0);
        }
    }

    public ClientReply? Execute(ClientRequest request)
    {
        lock (_gate)
        {
            if (Answers(request) is { } answer)
                return answer;
            switch ((CommandKind)request.Command.Span[0])
            {
                case CommandKind.ReadHistory or CommandKind.ListRooms or CommandKind.GetKey or CommandKind.ListKeys:
                    return State.Read(request);
                case CommandKind.FollowRoom:
                    return State.TryAnswer(request, out _);
            }
            if (State.AnswerFromStore(request) is { } stored)
                return stored;
            EntryBuilder builder = new(Limits.Entry, 1);
            builder.TryAdd(request);
            List<ClientReply> replies = [];
            State.Execute(State.Executed.Next, builder.Build(new EntryStamp(View.First, LogTime, Wall: 1000)), replies);
            return replies[0];
        }
    }

    public HistoryResult History(string room)
    {
        ClientRequest question = new(SessionId.None, new(1), default, default, new ReadHistoryQuery(room, 1, 1000).Encode());
        lock (_gate)
            return HistoryResult.Decode(State.Read(question).Payload.Span);
    }

    public string Texts(string room) => string.Join(' ', History(room).Messages.Select(message => message.Text));

    public async ValueTask DisposeAsync()
    {
        foreach (FakeReplica replica in _replicas)
            await replica.DisposeAsync();
    }
}
