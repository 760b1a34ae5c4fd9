using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Core.Snapshots;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>The engine runs whatever machine it is given: here a tally that knows neither rooms nor messages.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OtherMachineTests
{
    private const byte Add = 0x10;
    private const byte Read = 0x90;
    private const byte AwaitAtLeast = 0x91;
    private static readonly ClientHandle _client = new(1);
    private static readonly SessionId _session = new(1);

    private readonly CoreCluster _cluster = new(3, machine: static () => new TallyMachine());
    private long _sequence;

    [SetUp]
    public void LetThemBegin() => _cluster.Run(10);

    [Test]
    public void Commands_run_once_on_every_replica_and_reads_see_them()
    {
        Ask(_session, [Add, 5]);
        Ask(_session, [Add, 2]);
        _sequence--;
        Ask(_session, [Add, 2]);
        Ask(SessionId.None, [Read]);
        _cluster.Run(10);

        Assert.That(TakeReplies().Select(reply => (reply.Status, Total(reply))), Is.EqualTo(new[]
        {
            (ReplyStatus.Ok, 5L), (ReplyStatus.Ok, 7L), (ReplyStatus.Ok, 7L), (ReplyStatus.Ok, 7L),
        }));
        Assert.That(new[] { _cluster[1].StateHash, _cluster[2].StateHash }, Is.All.EqualTo(_cluster[0].StateHash));
    }

    [Test]
    public void A_wait_is_answered_when_it_is_fulfilled_and_not_before()
    {
        Ask(SessionId.None, [AwaitAtLeast, 7]);
        Ask(_session, [Add, 5]);
        Assert.That(TakeReplies().Select(Total), Is.EqualTo(new[] { 5L }));

        Ask(_session, [Add, 2]);

        Assert.That(TakeReplies().Select(Total), Is.EqualTo(new[] { 7L, 7L }));
    }

    [Test]
    public void A_wait_whose_time_is_over_is_answered_with_what_is_there()
    {
        Ask(SessionId.None, [AwaitAtLeast, 7]);
        _cluster.Run(300);

        Assert.That(TakeReplies().Select(Total), Is.EqualTo(new[] { 0L }));
    }

    [Test]
    public void What_the_machine_does_not_know_is_malformed_wherever_it_comes()
    {
        Ask(_session, [0x7F]);
        Ask(SessionId.None, [0xFF]);
        Ask(SessionId.None, [AwaitAtLeast]);
        _cluster.Run(10);

        Assert.That(TakeReplies().Select(reply => reply.Status), Is.EqualTo(Enumerable.Repeat(ReplyStatus.Malformed, 3)));
    }

    [Test]
    public void A_state_with_another_machine_is_exported_and_imported()
    {
        TallyMachine machine = new();
        machine.Apply(new byte[] { Add, 5 }, wall: 1, logTime: 1);
        ReplicatedState state = new(sessions: 10, sessionWindow: 10, machine);

        ReplicatedState imported = StatePieces.Import(StatePieces.Options(sessions: 10, window: 10), machine.CreateEmpty(), StatePieces.Of(state, 100)).State;

        Assert.That(RunningState.Describe(imported), Is.EqualTo(RunningState.Describe(state)));
        Assert.That(() => imported.Machine.BeginImport(), Throws.InvalidOperationException);
    }

    private void Ask(SessionId session, byte[] command)
    {
        bool isNumbered = session != SessionId.None;
        SequenceNumber sequence = new(isNumbered ? ++_sequence : 1);
        SequenceNumber previous = new(isNumbered ? _sequence - 1 : 0);
        _cluster.Step(0, Input.FromClient(_client, new ClientRequest(session, sequence, previous, new SequenceNumber(0), command) { Expiry = 1_120_000 }));
        _cluster.DeliverAll();
    }

    private List<ClientReply> TakeReplies()
    {
        List<ClientReply> replies = [.. _cluster.Replies.Select(reply => reply.Message)];
        _cluster.Replies.Clear();
        return replies;
    }

    private static long Total(ClientReply reply) => BinaryPrimitives.ReadInt64BigEndian(reply.Payload.Span);

    /// <summary>Adds small numbers up.</summary>
    private sealed class TallyMachine : IStateMachine
    {
        private const string Topic = "total";
        private long _total;
        private bool _isTouched;
        private OnePieceExport? _export;

        public ulong Hash => (ulong)_total;

        public Occupancy Occupancy => Occupancy.Unbounded;

        public IEnumerable<string> Rules => ["TallyMachine.Version = 1"];

        public CommandClass Classify(ReadOnlySpan<byte> command) => command[0] switch
        {
            AwaitAtLeast => CommandClass.Wait,
            >= Read => CommandClass.Read,
            _ => CommandClass.Write,
        };

        public CommandResult Apply(ReadOnlyMemory<byte> command, long wall, long logTime)
        {
            if (command is not { Length: 2 } || command.Span[0] != Add)
                return Malformed;
            _total += command.Span[1];
            _isTouched = true;
            return Answer();
        }

        CommandResult IStateMachine.Read(ReadOnlySpan<byte> query) => query is [Read] ? Answer() : Malformed;

        public CommandResult? TryAnswer(ReadOnlySpan<byte> query, out Wait wait)
        {
            wait = query.Length == 2 ? new Wait(Topic, query[1], 1_000) : default;
            return query.Length == 2 ? TryAnswer(in wait) : Malformed;
        }

        public CommandResult? TryAnswer(in Wait wait) => _total >= wait.Position ? Answer() : null;

        public CommandResult AnswerExpired(in Wait wait) => Answer();

        public void TakeTouched(List<string> topics)
        {
            if (_isTouched)
                topics.Add(Topic);
            _isTouched = false;
        }

        public IStateMachine CreateEmpty() => new TallyMachine();

        public IMachineExport BeginExport(Slot slot)
        {
            if (_export is { IsOver: false })
                throw new InvalidOperationException("there is one export at a time");
            return _export = new OnePieceExport(Answer().Payload.ToArray());
        }

        public IMachineImport BeginImport() =>
            _total == 0 ? new OnePieceImport(Take) : throw new InvalidOperationException("only a machine that has run nothing takes an export");

        private void Take(byte[] piece)
        {
            if (piece.Length != sizeof(long))
                throw new WireFormatException($"a total has {sizeof(long)} bytes, not {piece.Length}");
            _total = BinaryPrimitives.ReadInt64BigEndian(piece);
        }

        private static CommandResult Malformed => new(ReplyStatus.Malformed, []);

        private CommandResult Answer()
        {
            byte[] bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(bytes, _total);
            return new CommandResult(ReplyStatus.Ok, bytes);
        }
    }
}
