using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Core.Scenarios;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>What an export of the state keeps of old versions and for how long, and how long its pieces are.</summary>
public sealed class StateExportBoundsTests
{
    private const int LongestWanted = 512 * 1024;

    private ExecutedLog _log = null!;

    [SetUp]
    public void ExecuteThreeSessions()
    {
        _log = new ExecutedLog();
        for (uint number = 1; number <= 3; number++)
            _log.Execute(Send(new SessionId(number), 1, expiry: 5000));
    }

    [Test]
    public void A_session_that_changes_is_kept_once_and_until_the_piece_that_it_stands_in()
    {
        StateExport export = new(_log.State);
        long each = SessionRecord.SizeOf(_log.State.Sessions.Find(new SessionId(1))!) + SessionExport.BytesPerKept;

        _log.Execute(Send(new SessionId(2), 2, expiry: 5000));
        Assert.That(export.KeptBytes, Is.EqualTo(each));
        _log.Execute(Send(new SessionId(2), 3, acknowledgedBelow: 3, expiry: 5000));
        _log.Execute(Send(new SessionId(3), 1, expiry: 5000));
        Assert.That(export.KeptBytes, Is.EqualTo(each), "a duplicate that acknowledges nothing changes nothing");
        _log.Execute(Send(new SessionId(3), 1, acknowledgedBelow: 2, expiry: 5000));
        Assert.That(export.KeptBytes, Is.EqualTo(2 * each));

        StatePieces.Next(export, 1);
        StatePieces.Next(export, 1);
        Assert.That(export.KeptBytes, Is.EqualTo(2 * each));
        StatePieces.Next(export, 1);
        Assert.That(export.KeptBytes, Is.EqualTo(each));
        StatePieces.Next(export, 1);
        Assert.That(export.KeptBytes, Is.Zero);
    }

    [Test]
    public void Sessions_that_are_passed_or_new_are_not_kept_whatever_becomes_of_them()
    {
        StateExport export = new(_log.State);
        StatePieces.Next(export, 1);
        StatePieces.Next(export, 1);

        _log.Execute(Send(new SessionId(1), 2, acknowledgedBelow: 2, expiry: 5000));
        _log.Execute(Send(new SessionId(9), 1, expiry: 4000));
        _log.Execute(Send(new SessionId(9), 2, expiry: 4000));
        _log.Advance(4001);
        Assert.That(export.KeptBytes, Is.Zero);

        StatePieces.Next(export, 1);
        StatePieces.Next(export, 1);
        _log.Advance(5001);
        Assert.That(_log.State.Sessions.Count, Is.Zero);
        Assert.That((export.KeptBytes, export.IsOver), Is.EqualTo((0L, false)));
    }

    [Test]
    public void A_session_that_ends_or_is_looked_at_again_is_kept_and_one_of_the_same_client_that_follows_is_another()
    {
        _log.Execute(Send(new SessionId(3), 2, expiry: 9000));
        List<byte[]> expected = StatePieces.Of(_log.State, 1);
        long each = SessionRecord.SizeOf(_log.State.Sessions.Find(new SessionId(1))!) + SessionExport.BytesPerKept;
        StateExport export = new(_log.State);

        _log.Advance(5001);
        Assert.That(_log.State.Sessions.Count, Is.EqualTo(1));
        Assert.That(export.KeptBytes, Is.GreaterThan(3 * each), "two are gone, and the third is due at another time");
        long kept = export.KeptBytes;
        _log.Execute(Send(new SessionId(1), 7, previous: 0, expiry: 9000));
        _log.Execute(Send(new SessionId(1), 8, expiry: 9000));

        Assert.That(export.KeptBytes, Is.EqualTo(kept));
        List<byte[]> pieces = [];
        while (StatePieces.Next(export, 1) is { } piece)
            pieces.Add(piece);
        Assert.That(pieces.TakeWhile(IsOfSessions), Is.EqualTo(expected.TakeWhile(IsOfSessions)));
    }

    [Test]
    public void What_the_machine_keeps_counts_too()
    {
        Execute("key", new string('v', 1000), sequence: 1);
        StateExport export = new(_log.State);
        StatePieces.Next(export, LongestWanted);
        StatePieces.Next(export, LongestWanted);
        Assert.That(export.KeptBytes, Is.Zero);

        Execute("key", "w", sequence: 2);

        Assert.That(export.KeptBytes, Is.GreaterThan(1000));
        export.Cancel();
        Assert.That(export.KeptBytes, Is.Zero);
    }

    [Test]
    public void There_is_one_export_at_a_time()
    {
        StateExport export = new(_log.State);
        Assert.That(() => new StateExport(_log.State), Throws.InvalidOperationException);

        export.Cancel();
        export.Cancel();

        StateExport second = new(_log.State);
        export.Cancel();
        Assert.That(() => new StateExport(_log.State), Throws.InvalidOperationException, "the second one is not cancelled with the first");
        Assert.That(StatePieces.Next(second, 1), Is.Not.Null);
    }

    [Test]
    public void A_piece_has_bytes_and_not_too_many([Values(0, -1, LongestWanted + 1)] int wantedBytes) =>
        Assert.That(() => StatePieces.Next(new StateExport(_log.State), wantedBytes), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_state_that_has_executed_nothing_has_a_head_and_what_the_machine_says()
    {
        ExecutedLog log = new();
        List<byte[]> pieces = StatePieces.Of(log.State, 1);

        Assert.That(pieces, Has.Count.EqualTo(3));
        ReplicatedState imported = StatePieces.Import(StatePieces.Options(), RunningState.NewMachine(), pieces).State;
        Assert.That(RunningState.Describe(imported), Is.EqualTo(RunningState.Describe(log.State)));
    }

    [Test]
    public void Results_of_a_mebibyte_are_exported_and_given_again()
    {
        const int MebiByte = 1024 * 1024;
        SessionId session = new(7);
        byte[] compare = KeyCommand.CompareAndSet("key"u8.ToArray(), null, "v"u8.ToArray()).Encode();
        _log.Execute(Request(session, 1, KeyCommand.Put("key"u8.ToArray(), new byte[MebiByte - 20]).Encode()));
        _log.ExecuteAll(Request(session, 2, compare));
        _log.ExecuteAll(Request(session, 3, compare));
        Assert.That(_log.State.Sessions.Find(session)!.ResultBytes, Is.GreaterThan((2 * MebiByte) - 50));

        List<byte[]> pieces = StatePieces.Of(_log.State, LongestWanted);

        Assert.That(pieces.Max(static piece => piece.Length), Is.GreaterThan(2 * MebiByte).And.LessThanOrEqualTo(Limits.SnapshotPiece));
        ReplicatedState imported = StatePieces.Import(StatePieces.Options(), RunningState.NewMachine(), pieces).State;
        ClientReply expected = _log.State.AnswerFromStore(Request(session, 3, compare))!.Value;
        ClientReply reply = imported.AnswerFromStore(Request(session, 3, compare))!.Value;
        Assert.That((reply.Status, StableHash64.Of(reply.Payload.Span)), Is.EqualTo((expected.Status, StableHash64.Of(expected.Payload.Span))));
    }

    [TestCase(5000, 1, 3, Description = "each is found by itself")]
    [TestCase(100, 1024, 2, Description = "each has a window that is looked through for its only result")]
    public void Very_many_sessions_or_places_make_more_pieces_and_not_longer_steps(int sessions, int window, int expected)
    {
        ReplicatedState state = new(sessions, window, new WordMachine());
        for (uint number = 1; number <= sessions; number++)
        {
            Session session = state.Sessions.Add(new SessionId(number), 1000);
            session.Store(window, commandHash: 1, Arc.Of("k"u8), 1000, new CommandResult(ReplyStatus.Ok, []));
        }

        List<byte[]> pieces = StatePieces.Of(state, LongestWanted);

        Assert.That(pieces.Count(static piece => piece[0] == (byte)StatePieceKind.Sessions), Is.EqualTo(expected));
        Assert.That(StatePieces.Import(StatePieces.Options(sessions, window), new WordMachine(), pieces).State.Sessions.Count, Is.EqualTo(sessions));
    }

    [Test]
    public void The_longest_session_behind_almost_a_whole_piece_fits()
    {
        const int Window = 16 * 1024;
        Assert.That(() => StatePieces.Options(window: Window).Validate(), Throws.Nothing);
        Assert.That(() => StatePieces.Options(window: Window + 1).Validate(), Throws.TypeOf<InvalidOptionsException>());
        ReplicatedState state = new(sessions: 10, Window, new WordMachine());
        Fill(state, new SessionId(1), (1, LongestWanted - StateFormat.PieceHeaderSize - SessionRecord.HeadSize - SessionRecord.SmallestResult - 1));
        Fill(state, new SessionId(2), (Window - 2, 64), (1, SessionTable.ResultBytes - ((Window - 2) * 64)), (1, Limits.Result));

        List<byte[]> pieces = StatePieces.Of(state, LongestWanted);

        Assert.That(pieces, Has.Count.EqualTo(3));
        Assert.That(pieces[1], Has.Length.GreaterThan(LongestWanted + SessionTable.ResultBytes + Limits.Result).And.Length.LessThanOrEqualTo(Limits.SnapshotPiece));
        Assert.That(StatePieces.Import(StatePieces.Options(10, Window), new WordMachine(), pieces).State.Sessions.Bytes, Is.EqualTo(state.Sessions.Bytes));
    }

    [Test]
    public void A_session_with_results_of_several_groups_is_exported_in_parts_as_it_was_when_the_walk_came_to_it([Values] bool changesBeforeTheWalk)
    {
        ScriptedMachine machine = new() { MergesSessions = true };
        ReplicatedState state = new(sessions: 10, sessionWindow: 4, machine);
        Fill(state, new SessionId(1), (7, Limits.Result));
        Fill(state, new SessionId(2), (1, 10));
        Session session = state.Sessions.Find(new SessionId(1))!;
        List<string> expected = StatePieces.Hashes(StatePieces.Of(state, LongestWanted));
        Assert.That(expected, Has.Count.EqualTo(10), "a head, seven parts of a session, another session, and the machine");

        StateExport export = new(state);
        List<byte[]> pieces = [StatePieces.Next(export, LongestWanted)!];
        if (!changesBeforeTheWalk)
            pieces.Add(StatePieces.Next(export, LongestWanted)!);
        session.Acknowledge(5);
        while (StatePieces.Next(export, LongestWanted) is { } piece)
            pieces.Add(piece);

        Assert.That(StatePieces.Hashes(pieces), Is.EqualTo(expected));
        Assert.That(pieces, Has.All.Length.LessThanOrEqualTo(Limits.SnapshotPiece));
        Assert.That(export.KeptBytes, Is.Zero);
        ReplicatedState imported = StatePieces.Import(StatePieces.Options(sessions: 10, window: 4), machine.CreateEmpty(), pieces).State;
        Assert.That(imported.Sessions.Find(new SessionId(1))!.ResultBytes, Is.EqualTo(7L * Limits.Result));
        Assert.That(StatePieces.Hashes(StatePieces.Of(imported, LongestWanted)), Is.EqualTo(expected));
    }

    private static bool IsOfSessions(byte[] piece) => piece[0] != (byte)StatePieceKind.Machine;

    /// <summary>Gives a new session so many results of so many bytes each.</summary>
    private static void Fill(ReplicatedState state, SessionId id, params ReadOnlySpan<(int Count, int Bytes)> results)
    {
        Session session = state.Sessions.Add(id, 1000);
        foreach ((int count, int bytes) in results)
        {
            for (int left = count; left > 0; left--)
                session.Store(session.Highest + 1, commandHash: 1, Arc.Of("k"u8), 1000, new CommandResult(ReplyStatus.Ok, new byte[bytes]));
        }
    }

    private void Execute(string key, string value, int sequence)
    {
        byte[] put = KeyCommand.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value)).Encode();
        Assert.That(_log.Execute(Request(new SessionId(8), sequence, put)).Status, Is.EqualTo(ReplyStatus.Ok));
    }
}
