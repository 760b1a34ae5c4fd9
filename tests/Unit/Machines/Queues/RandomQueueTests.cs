using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Tests.Unit.Machines.Moves;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.Queues.GatedShard;

namespace PaxosShard.Tests.Unit.Machines.Queues;

/// <summary>
/// Random entries with gates on the replicated state and on a naive one side by side: results, queues and values are the same after each command, a replica that goes on from snapshots stays the same, and what is foreseen
/// comes.
/// </summary>
internal sealed class RandomQueueTests
{
    private const int Numbers = 40;

    private static readonly SessionId[] _sessions = [Session, Other, new SessionId(6).AsOrdered(), Plain];
    private static readonly string[] _keys = [TwoShards.Staying(1), TwoShards.Staying(2), TwoShards.Staying(3)];
    private static readonly int _hereArc = Arc.Of(System.Text.Encoding.UTF8.GetBytes(_keys[0])).Number;

    private readonly MovingShard _shard = new TwoShards().Source;
    private readonly MovingShard _restarting = new TwoShards().Source;
    private readonly NaiveQueues _naive = new(static arc => arc == _hereArc);
    private readonly Dictionary<string, string> _foreseen = [];
    private readonly Random _random;
    private int _queuedEver;
    private int _drainedEver;
    private int _voidedEver;

    public RandomQueueTests()
        : this(1)
    {
    }

    private RandomQueueTests(int seed) => _random = new Random(seed);

    [Test]
    public void Random_histories_are_the_same_as_those_of_a_naive_list()
    {
        int queued = 0;
        int drained = 0;
        int voided = 0;
        for (int seed = 1; seed <= 60; seed++)
        {
            RandomQueueTests run = new(seed);
            run.Run(seed);
            queued += run._queuedEver;
            drained += run._drainedEver;
            voided += run._voidedEver;
        }

        Assert.That(queued, Is.AtLeast(600), "places");
        Assert.That(drained, Is.AtLeast(200), "effects");
        Assert.That(voided, Is.AtLeast(200), "places without an effect");
    }

    private void Run(int seed)
    {
        for (int step = 0; step < 120; step++)
        {
            _naive.Drained.Clear();
            _naive.Voided.Clear();
            Step($"seed {seed}, step {step}");
            if (_random.Next(20) == 0)
                _restarting.Restart();
        }
    }

    private void Step(string where)
    {
        SessionId session = _sessions[_random.Next(_sessions.Length)];
        long number = _random.Next(1, Numbers);
        PlacementToken token = new(1, View.First, _shard.State.Executed.Next);
        (ClientRequest Request, Gate? Gate) command;
        string expected;
        switch (_random.Next(10))
        {
            case < 3:
                bool opens = _random.Next(2) == 0;
                QueuedOperation? target = _shard.State.Queues.All.Where(static operation => operation.Session.IsOrdered).Skip(_random.Next(1 + _shard.State.Queues.Count)).FirstOrDefault();
                (session, number) = target is null ? (Session, number) : (target.Session, target.Sequence);
                PlacementToken meant = target is null || _random.Next(8) == 0 ? Elsewhere : target.Token;
                command = (Settle(session, number, meant, opens), null);
                expected = "settled";
                _naive.Settle(session, number, meant, opens);
                break;
            case 3 when session.IsOrdered && number % 5 == 0:
                command = (Cancel(session, number, KeyOf(session, number)), null);
                expected = _naive.Cancel(session, number, token);
                break;
            default:
                command = NextOperation(session, number);
                expected = _naive.Execute(session, number, KeyOf(session, number), IsGet(number), command.Request.Previous.Number, command.Gate, token);
                break;
        }

        ClientReply reply = _shard.Run(command.Request, command.Gate);
        _restarting.Run(command.Request, command.Gate);
        Check(where, command.Request, reply, expected);
    }

    private (ClientRequest Request, Gate? Gate) NextOperation(SessionId session, long number)
    {
        long previous = number == 1 || _random.Next(4) == 0 ? 0 : number - 1;
        Gate? gate = null;
        if (session.IsOrdered && previous > 0 && _random.Next(2) == 0)
        {
            PlacementToken told = _naive.TokenOf(session, previous) ?? (_shard.State.Sessions.Find(session) is { } known && known.Ran(previous) ? known.TokenOf(previous) : Elsewhere);
            gate = new Gate(_random.Next(3) == 0 ? _hereArc : Remote.Number, _random.Next(6) == 0 ? Elsewhere : told);
        }

        string key = KeyOf(session, number);
        return (IsGet(number) ? Get(session, number, key, previous) : Append(session, number, key, previous), gate);
    }

    private void Check(string where, ClientRequest request, ClientReply reply, string expected)
    {
        Assert.That(Describe(request, reply), Is.EqualTo(expected), where);
        Assert.That(_shard.Waiting(), Is.EqualTo(_naive.Queue), where);
        Assert.That(_shard.State.Drained.Select(static each => $"{(ulong)each.Session.Number}.{each.Sequence.Number} {Result(each.Payload, each.Sequence.Number)}"), Is.EqualTo(_naive.Drained), where);
        Assert.That(_shard.State.Voided.Select(static each => $"{(ulong)each.Session.Number}.{each.Sequence}"), Is.EquivalentTo(_naive.Voided), where);
        foreach (string key in _keys)
            Assert.That(_shard.Get(key).TrimStart('-'), Is.EqualTo(_naive.Value(key)), where);
        Assert.That(_restarting.State.Hash, Is.EqualTo(_shard.State.Hash), where);
        CheckForeseen(where);
        _queuedEver += reply.Status == ReplicatedState.Queued ? 1 : 0;
        _drainedEver += _shard.State.Drained.Count;
        _voidedEver += _shard.State.Voided.Count;
    }

    // What goes changes what is foreseen for those behind it; all else comes as it was foreseen.
    private void CheckForeseen(string where)
    {
        if (_shard.State.Voided.Count == 0)
        {
            foreach (ClientReply drained in _shard.State.Drained)
                Assert.That(Convert.ToHexString(drained.Payload.Span), Is.EqualTo(_foreseen[$"{drained.Session.Number}.{drained.Sequence.Number}"]), where);
        }

        _foreseen.Clear();
        foreach (QueuedOperation operation in _shard.State.Queues.All)
            _foreseen[$"{operation.Session.Number}.{operation.Sequence}"] = Convert.ToHexString(_shard.State.Foresee(operation).Payload.Span);
    }

    private static string Describe(ClientRequest request, ClientReply reply) => reply.Status switch
    {
        ReplicatedState.Queued => "queued",
        ReplyStatus.OutOfOrder => "refused",
        ReplyStatus.Cancelled => "cancelled",
        ReplyStatus.Ok when SettleGateCommand.Is(request.Command.Span) => "settled",
        ReplyStatus.Ok => Result(reply.Payload, request.Sequence.Number),
        _ => $"{reply.Status}",
    };

    private static string Result(ReadOnlyMemory<byte> payload, long number) => IsGet(number) ? $"got {Value(payload)}" : "done";

    private static bool IsGet(long number) => number % 4 == 0;

    // All that a plain session sends is on one arc: so its numbers may name each other.
    private static string KeyOf(SessionId session, long number) => session.IsOrdered ? _keys[(int)(number % 3)] : _keys[0];
}
