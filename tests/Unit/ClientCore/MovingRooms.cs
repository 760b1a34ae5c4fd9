using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>
/// A client core among three shards between which rooms move all the time, while connections break, copies come late and replies are lost. Shards keep records and marks as rule 9
/// says, and give them along with each room.
/// </summary>
internal sealed class MovingRooms
{
    private const long Start = 100_000;

    private static readonly GroupId[] _shards = [new(1), new(2), new(3)];
    private static readonly string[] _rooms = ["a", "b", "c", "d"];

    private readonly SeededRandom _random;
    private readonly PaxosShard.Client.Core.ClientCore _core;
    private readonly Dictionary<GroupId, Keeper> _keepers = _shards.ToDictionary(static group => group, static _ => new Keeper());
    private readonly Dictionary<string, List<int>> _ran = _rooms.ToDictionary(static room => room, static _ => new List<int>(), StringComparer.Ordinal);
    private readonly Dictionary<int, Link> _links = [];
    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private readonly List<ClientInput> _inputs = [];
    private readonly List<(Request Request, string Room, int Number)> _begun = [];
    private readonly Dictionary<Call, Completion> _ended = [];
    private readonly List<(int Connection, ClientRequest Watch)> _watches = [];
    private readonly HashSet<string> _moving = [];
    private Configuration _latest;
    private long _now;
    private long _number;

    public MovingRooms(ulong seed, bool leaves)
    {
        _random = new SeededRandom(seed);
        Leaves = leaves;
        _latest = Configuration.Zero.Next(
            1,
            _shards.Select(static group => new Shard(group, RingMember.DefaultPoints, [CoreStory.Shard(group)])),
            Enumerable.Range(0, Arc.Count).Select(static number => new ArcMove(new Arc(number), GroupId.None, _shards[0])));
        foreach (string room in _rooms)
            _keepers[_shards[0]].Served[room] = 1;
        _core = new PaxosShard.Client.Core.ClientCore(new ClientCoreOptions { Seed = seed + 1, Lifetime = 3000, Window = 8 }, [CoreStory.Masters]);
    }

    // One of the shards leaves after a while.
    private bool Leaves { get; }

    /// <summary>Runs it, and says what is wrong in the end; null when nothing is.</summary>
    public string? Run()
    {
        for (; _now < 20_000; _now += 5)
        {
            if (_now < 12_000)
                Disturb();
            Step();
        }

        return FindFault();
    }

    private static byte[] Number(long number)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private bool Chance(int oneIn) => _random.Between(1, oneIn) == 1;

    private void At(long at, Action action) => _events.Enqueue(action, (at, ++_number));

    private void Step()
    {
        while (_events.TryPeek(out _, out (long At, long Number) due) && due.At <= _now)
            _events.Dequeue()();
        ClientEffects effects = _core.Step([.. _inputs], _now, _now);
        _inputs.Clear();
        foreach (ConnectEffect connect in effects.Connects)
            Connect(connect);
        foreach (SendEffect send in effects.Sends)
            Send(send.Connection, send.Request);
        foreach (int closed in effects.Closes)
            Cut(closed);
        foreach (Completion completion in effects.Completions)
            _ended.Add(completion.Call, completion);
    }

    private void Disturb()
    {
        if (Chance(6))
        {
            string room = _rooms[_random.Between(0, _rooms.Length - 1)];
            int number = _begun.Count;
            Request request = new(new SendMessageCommand(room, "ann", $"{number}").Encode(), Chance(3) ? null : _random.Between(100, 2500)) { WaitsForRoom = true };
            _begun.Add((request, room, number));
            _inputs.Add(ClientInput.Begin(request));
        }

        if (Chance(60) && _links.Keys.Order().ToArray() is { Length: > 0 } links)
        {
            int link = links[_random.Between(0, links.Length - 1)];
            _inputs.Add(ClientInput.Ended(link, "reset"));
            Cut(link);
        }

        if (Chance(50))
            Move(_rooms[_random.Between(0, _rooms.Length - 1)], _latest.Shards[(int)_random.Between(0, _latest.Shards.Count - 1)].Group);
        if (Leaves && _now == 6000)
            Leave(_shards[0]);
    }

    private void Move(string room, GroupId to)
    {
        Arc arc = Arc.Of(Encoding.UTF8.GetBytes(room));
        GroupId from = _latest.OwnerOf(arc);
        if (from == to || !_moving.Add(room))
            return;
        Configuration next = _latest.Next(_latest.Job + 1, _latest.Shards, Assignment.ForMove(_latest, [arc], to));
        HandOver(room, from, to, next);
    }

    private void Leave(GroupId leaver)
    {
        if (_moving.Count > 0)
        {
            At(_now + 50, () => Leave(leaver));
            return;
        }

        Configuration before = _latest;
        Configuration next = before.Next(before.Job + 1, before.Shards.Where(shard => shard.Group != leaver), Assignment.ForLeave(before, leaver));
        foreach (string room in _rooms.Where(room => before.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(room))) == leaver))
        {
            _moving.Add(room);
            HandOver(room, leaver, next.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(room))), next);
        }

        _latest = next;
    }

    private void HandOver(string room, GroupId from, GroupId to, Configuration next)
    {
        _latest = next;
        At(_now + _random.Between(0, 80), () =>
        {
            _keepers[from].Served.Remove(room);
            _keepers[from].Known = Math.Max(_keepers[from].Known, next.Number);
            At(_now + _random.Between(0, 80), () =>
            {
                _keepers[to].Take(_keepers[from], room);
                _keepers[to].Known = Math.Max(_keepers[to].Known, next.Number);
                _moving.Remove(room);
            });
        });
        At(_now + _random.Between(0, 200), TellConfiguration);
    }

    private void TellConfiguration()
    {
        foreach ((int connection, ClientRequest watch) in _watches.ToArray())
            AnswerWatch(connection, watch, isOver: false);
    }

    private void AnswerWatch(int connection, ClientRequest watch, bool isOver)
    {
        if (!_watches.Contains((connection, watch)))
            return;
        bool isNewer = _latest.Number > WatchConfigurationQuery.Decode(watch.Command.Span).Above;
        if (!isNewer && !isOver)
            return;
        _watches.Remove((connection, watch));
        Reply(connection, watch, ReplyStatus.Ok, new ConfigurationResult(_latest.Number, isNewer ? _latest.Encode() : default).Encode());
    }

    private void Connect(ConnectEffect connect)
    {
        GroupId group = connect.Address.Equals(CoreStory.Masters, StringComparison.Ordinal) ? GroupId.Masters : _shards.Single(shard => CoreStory.Shard(shard).Equals(connect.Address, StringComparison.Ordinal));
        Link link = new(group);
        _links.Add(connect.Connection, link);
        At(_now + _random.Between(1, 20), () =>
        {
            if (_links.ContainsKey(connect.Connection))
                _inputs.Add(ClientInput.Opened(connect.Connection, group));
        });
    }

    // What was under way arrives late, or never; its answer never does.
    private void Cut(int connection)
    {
        if (!_links.Remove(connection, out Link? link))
            return;
        foreach (ClientRequest copy in link.UnderWay.Where(copy => copy.Session != SessionId.None && Chance(2)))
            At(_now + _random.Between(1, 2500), () => Execute(link.Group, copy));
    }

    private void Send(int connection, ClientRequest request)
    {
        if (!_links.TryGetValue(connection, out Link? link))
            return;
        link.UnderWay.Enqueue(request);
        link.FreeAt = Math.Max(link.FreeAt, _now + _random.Between(1, Chance(20) ? 400 : 15));
        At(link.FreeAt, () =>
        {
            if (!_links.ContainsKey(connection))
                return;
            link.UnderWay.Dequeue();
            Take(connection, link.Group, request);
        });
    }

    private void Take(int connection, GroupId group, ClientRequest request)
    {
        if (request.Command.Span[0] == (byte)CommandKind.ReadStatus)
        {
            StatusResult status = new(2, new ReplicaId(0), View.First, "primary", Slot.Zero, Slot.Zero, Slot.Zero, 0, true, 0, false, false, []);
            Reply(connection, request, ReplyStatus.Ok, status.Encode());
        }
        else if (request.Session == SessionId.None)
        {
            _watches.Add((connection, request));
            AnswerWatch(connection, request, isOver: false);
            At(_now + 250, () => AnswerWatch(connection, request, isOver: true));
        }
        else if (Chance(30))
        {
            Reply(connection, request, Chance(2) ? ReplyStatus.Busy : ReplyStatus.NoQuorum, []);
        }
        else if (Chance(60))
        {
            At(_now + _random.Between(1, 2500), () => Execute(group, request)); // It was in the log when the view was lost.
            Reply(connection, request, ReplyStatus.Superseded, []);
        }
        else
        {
            (ReplyStatus status, byte[] payload) = Execute(group, request);
            Reply(connection, request, status, payload);
        }
    }

    private (ReplyStatus Status, byte[] Payload) Execute(GroupId group, ClientRequest request)
    {
        Keeper keeper = _keepers[group];
        string room = Encoding.UTF8.GetString(CommandPart.NameIn(request.Command.Span));
        if (!keeper.Served.ContainsKey(room))
            return (ReplyStatus.NotMyArc, Number(keeper.Known));
        ReplyStatus status = keeper.Judge(request, room, Start + _now);
        if (status == ReplyStatus.Ok && keeper.IsNew(request))
        {
            keeper.Store(request, room);
            SendMessageCommand sent = SendMessageCommand.Decode(request.Command.Span);
            _ran[room].Add(int.Parse(sent.Text, CultureInfo.InvariantCulture));
        }

        return (status, status == ReplyStatus.Ok ? new SendMessageResult(1).Encode() : []);
    }

    private void Reply(int connection, ClientRequest request, ReplyStatus status, byte[] payload)
    {
        if (!_links.TryGetValue(connection, out Link? link))
            return;
        link.RepliesAt = Math.Max(link.RepliesAt, _now + _random.Between(1, 15));
        At(link.RepliesAt, () =>
        {
            if (_links.ContainsKey(connection))
                _inputs.Add(ClientInput.Replied(connection, new ClientReply(request.Session, request.Sequence, status, View.First, payload) { LogTime = Start + _now }));
        });
    }

    private string? FindFault()
    {
        foreach ((string room, List<int> ran) in _ran)
        {
            for (int index = 1; index < ran.Count; index++)
            {
                if (ran[index] <= ran[index - 1])
                    return $"in {room} message {ran[index]} runs behind {ran[index - 1]}";
            }
        }

        foreach ((Request request, string room, int number) in _begun)
        {
            if (!_ended.TryGetValue(request, out Completion completion))
                return $"message {number} in {room} never ends";
            bool ran = _ran[room].Contains(number);
            if (completion.Outcome == Outcome.Done ? !ran : completion.Outcome != Outcome.Unknown && ran)
                return $"message {number} in {room} ended as {completion.Outcome} ({completion.Reason}), and {(ran ? "ran" : "did not run")}";
        }

        return _core.IsIdle ? null : "the client is never idle";
    }

    private sealed class Link(GroupId group)
    {
        public GroupId Group { get; } = group;

        public Queue<ClientRequest> UnderWay { get; } = new();

        public long FreeAt { get; set; }

        public long RepliesAt { get; set; }
    }

    /// <summary>What a shard knows of sessions, by rule 9.</summary>
    private sealed class Keeper
    {
        private readonly Dictionary<(SessionId Session, long Number), string> _records = [];
        private readonly Dictionary<SessionId, long> _marks = [];

        public Dictionary<string, int> Served { get; } = [];

        public long Known { get; set; } = 1;

        public bool IsNew(ClientRequest request) => !_records.ContainsKey((request.Session, request.Sequence.Number));

        public ReplyStatus Judge(ClientRequest request, string room, long logTime)
        {
            if (_records.TryGetValue((request.Session, request.Sequence.Number), out string? where))
                return string.Equals(where, room, StringComparison.Ordinal) ? ReplyStatus.Ok : ReplyStatus.DifferentCommand;
            long below = Math.Max(_marks.GetValueOrDefault(request.Session, 1), request.AcknowledgedBelow.Number);
            if (request.Sequence.Number < below)
                return ReplyStatus.Stale;
            if (logTime > request.Expiry)
                return ReplyStatus.Expired;
            long previous = request.Previous.Number;
            return previous == 0 || previous < below || _records.ContainsKey((request.Session, previous)) ? ReplyStatus.Ok : ReplyStatus.OutOfOrder;
        }

        public void Store(ClientRequest request, string room)
        {
            _records.Add((request.Session, request.Sequence.Number), room);
            _marks[request.Session] = Math.Max(_marks.GetValueOrDefault(request.Session, 1), request.AcknowledgedBelow.Number);
        }

        public void Take(Keeper from, string room)
        {
            Served[room] = 1;
            foreach (((SessionId Session, long Number) name, string where) in from._records.ToArray())
            {
                if (!string.Equals(where, room, StringComparison.Ordinal))
                    continue;
                _records[name] = where;
                from._records.Remove(name);
            }

            foreach ((SessionId session, long mark) in from._marks)
                _marks[session] = Math.Max(_marks.GetValueOrDefault(session, 1), mark);
        }
    }
}
