using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Core.Snapshots;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>What a machine can do with the sessions and log time of its group while one of its commands runs (rule 9; schedule 53).</summary>
public sealed class SessionMovesTests
{
    private const int Count = 10;
    private const int Window = 8;
    private const string Move = "move";

    private static readonly SessionId _id = new(1);

    private ScriptedMachine _machine = null!;
    private ReplicatedState _state = null!;
    private long _sequence;

    [SetUp]
    public void StartAnEmptyState()
    {
        _machine = new ScriptedMachine();
        _state = new ReplicatedState(Count, Window, _machine);
        _sequence = 0;
    }

    [Test]
    public void A_machine_is_handed_the_sessions_of_its_state_once_also_in_the_place_of_another_one()
    {
        Execute(1000, Next("a"));
        Assert.That(_machine.Attached, Is.EqualTo(new ISessionMoves[] { _state }));

        ScriptedMachine taken = new();
        ReplicatedState imported = StatePieces.Import(StatePieces.Options(Count, Window), taken, StatePieces.Of(_state, 100)).State;

        Assert.That(taken.Attached, Is.EqualTo(new ISessionMoves[] { imported }));
        Assert.That((taken.Sessions.Slot, taken.Sessions.LogTime), Is.EqualTo((_state.Executed, 1000L)));
        Assert.That(_machine.Attached, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_slot_is_the_one_that_runs_and_afterwards_the_last_one_that_ran()
    {
        List<Slot> slots = [_machine.Sessions.Slot];
        _machine.Does[Move] = sessions => slots.Add(sessions.Slot);

        Execute(1000, Next("a"));
        slots.Add(_machine.Sessions.Slot);
        Execute(1001, Next(Move));
        slots.Add(_machine.Sessions.Slot);

        Assert.That(slots.ConvertAll(static slot => slot.Number), Is.EqualTo(new long[] { 0, 1, 2, 2 }));
    }

    [Test]
    public void Log_time_that_is_raised_counts_for_the_rest_of_the_entry_and_stays_above_lower_stamps()
    {
        _machine.Does[Move] = static sessions =>
        {
            sessions.RaiseLogTime(50_000);
            sessions.RaiseLogTime(5);
        };

        List<ClientReply> replies = Execute(1000, Next("before", expiry: 49_999), Next(Move, expiry: 60_000), Next("behind", expiry: 49_999), Next("late", expiry: 50_000));

        Assert.That(replies.ConvertAll(static reply => reply.Status), Is.EqualTo(new[] { ReplyStatus.Ok, ReplyStatus.Ok, ReplyStatus.Expired, ReplyStatus.OutOfOrder }));
        Assert.That((_state.LogTime, _machine.Sessions.LogTime), Is.EqualTo((50_000, 50_000)));
        Execute(1001);
        Assert.That(_state.LogTime, Is.EqualTo(50_000));
        Execute(50_001);
        Assert.That(_state.LogTime, Is.EqualTo(50_001));
    }

    [Test]
    public void Log_time_is_raised_no_higher_than_what_is_believed()
    {
        _machine.Does[Move] = static sessions => sessions.RaiseLogTime(long.MaxValue);

        Execute(1000, Next(Move));

        Assert.That(_state.LogTime, Is.EqualTo(Limits.HighestTime));
    }

    [Test]
    public void Log_time_that_is_raised_is_in_the_hash_at_once()
    {
        ScriptedMachine other = new();
        ReplicatedState elsewhere = new(Count, Window, other);
        _machine.Does[Move] = static sessions => sessions.RaiseLogTime(50_000);
        other.Does[Move] = static sessions => sessions.RaiseLogTime(50_001);
        Entry entry = ExecutedLog.EntryOf(1000, Next(Move));

        _state.Execute(_state.Executed.Next, entry, []);
        elsewhere.Execute(elsewhere.Executed.Next, entry, []);

        Assert.That(elsewhere.Hash, Is.Not.EqualTo(_state.Hash));
    }

    [Test]
    public void A_dead_entry_raises_nothing()
    {
        _machine.Does[Move] = static sessions => sessions.RaiseLogTime(50_000);
        Execute(new EntryStamp(new View(4), 1000, 1000));

        Execute(new EntryStamp(new View(1), 1001, 1001), Next(Move));

        Assert.That((_state.LogTime, _machine.Ran), Is.EqualTo((1001L, "nothing")));
    }

    [Test]
    public void The_clock_of_the_log_goes_on_from_log_time_that_was_raised()
    {
        _machine.Does[Move] = static sessions => sessions.RaiseLogTime(50_000);
        EntryLog log = new(RecoveredState.Fresh);
        Executor executor = new(_state, log, new StateAgreement(StatePieces.Options(Count, Window)), new Effects());
        log.Clock.OnStep(new Instant(1000, 0));

        Decide(log, executor, ExecutedLog.EntryOf(1000, Next("a")));
        Assert.That(log.Clock.Now, Is.EqualTo(1000));
        Decide(log, executor, ExecutedLog.EntryOf(1001, Next(Move)));

        Assert.That(log.Clock.Now, Is.EqualTo(50_000));
        log.Clock.OnStep(new Instant(1000 + 100, 100));
        Assert.That(log.Clock.Now, Is.EqualTo(50_099), "the wall clock is behind");
    }

    [Test]
    public void Only_a_command_changes_anything_and_a_query_may_look()
    {
        Execute(1000, Next("a"));
        ISessionMoves sessions = _machine.Sessions;

        Assert.That(() => sessions.RaiseLogTime(50_000), Throws.TypeOf<InvariantBrokenException>());
        Assert.That(() => sessions.Take(static _ => true), Throws.TypeOf<InvariantBrokenException>());
        Assert.That(() => sessions.Merge(new MovedSession(_id, 1, 5000, Slot.Zero)), Throws.TypeOf<InvariantBrokenException>());
        Assert.That(() => sessions.Add(Record(_id, 1)), Throws.TypeOf<InvariantBrokenException>());
        List<MovedSession> found = [];
        Assert.That(sessions.Find(Slot.Zero, 10, found), Is.False);
        Assert.That(found, Is.EqualTo(new[] { new MovedSession(_id, 1, ExecutedLog.Expiry, new Slot(1)) }));
    }

    [Test]
    public void Results_go_and_come_while_a_command_runs()
    {
        List<MovedRecord> taken = [];
        _machine.Does["take"] = sessions => taken.AddRange(sessions.Take(static _ => true));
        _machine.Does["give"] = sessions => taken.ForEach(record => sessions.Add(in record));
        Execute(1000, Next("a"), Next("b"), Next("take"));
        Assert.That(taken.ConvertAll(static record => record.Stored.Sequence), Is.EqualTo(new long[] { 1, 2 }));
        Assert.That((_state.Sessions.Find(_id)!.Ran(2), _state.Sessions.Find(_id)!.Ran(3)), Is.EqualTo((false, true)), "the result of the command itself came after that");

        Execute(1001, Next("give"));

        Assert.That(_state.Sessions.Find(_id)!.Results, Is.EqualTo(4));
        AssertExportIsTaken();
    }

    [Test]
    public void A_mark_that_comes_while_a_command_of_its_session_runs_may_be_above_it()
    {
        // The client has acknowledged at another group what a late copy runs here.
        _machine.Does[Move] = static sessions => sessions.Merge(new MovedSession(_id, 7, 5000, Slot.Zero));

        List<ClientReply> replies = Execute(1000, Next(Move), Next("stale", acknowledgedBelow: 1));

        Assert.That(replies.ConvertAll(static reply => reply.Status), Is.EqualTo(new[] { ReplyStatus.Ok, ReplyStatus.Stale }));
        Session session = _state.Sessions.Find(_id)!;
        Assert.That((session.AcknowledgedBelow, session.Results, session.HighestExpiry), Is.EqualTo((7, 0, ExecutedLog.Expiry)));
        AssertExportIsTaken();
    }

    [Test]
    public void A_result_of_the_number_that_runs_gives_way_to_that_of_the_command()
    {
        _machine.Does[Move] = static sessions => sessions.Add(Record(_id, 1, payload: 300));

        Execute(1000, Next(Move));

        Session session = _state.Sessions.Find(_id)!;
        Assert.That((session.Results, Encoding.UTF8.GetString(session.PayloadIn(1))), Is.EqualTo((1, Move)));
        Assert.That((session.ResultBytes, _state.Sessions.Bytes), Is.EqualTo(((long)Move.Length, session.Bytes)));
        AssertExportIsTaken();
    }

    private static MovedRecord Record(SessionId id, long sequence, int payload = 3) =>
        new(id, new StoredResult(sequence, CommandHash: 9, new Arc(5), new CommandResult(ReplyStatus.Ok, new byte[payload])));

    private static void Decide(EntryLog log, Executor executor, Entry entry)
    {
        Slot slot = log.Decided.Next;
        log.Learn(slot, entry);
        log.MarkDecided(slot);
        Assert.That(executor.TryExecuteNext(out _), Is.True);
    }

    private ClientRequest Next(string word, long expiry = ExecutedLog.Expiry, long acknowledgedBelow = 0)
    {
        _sequence++;
        return ExecutedLog.Request(_id, _sequence, Encoding.UTF8.GetBytes(word), acknowledgedBelow: acknowledgedBelow, expiry: expiry);
    }

    private List<ClientReply> Execute(long time, params ReadOnlySpan<ClientRequest> requests) => Execute(new EntryStamp(View.First, time, time), requests);

    private List<ClientReply> Execute(EntryStamp stamp, params ReadOnlySpan<ClientRequest> requests)
    {
        List<ClientReply> replies = [];
        _state.Execute(_state.Executed.Next, ExecutedLog.EntryOf(stamp, requests), replies);
        return replies;
    }

    private void AssertExportIsTaken()
    {
        ReplicatedState imported = StatePieces.Import(StatePieces.Options(Count, Window), new ScriptedMachine(), StatePieces.Of(_state, 100)).State;
        Assert.That(RunningState.Describe(imported), Is.EqualTo(RunningState.Describe(_state)));
    }
}
