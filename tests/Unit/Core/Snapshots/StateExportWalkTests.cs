using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>An export is the state at its slot, whatever executes between its pieces, and an import of it executes the rest of the log as the original did.</summary>
public sealed class StateExportWalkTests
{
    [Test]
    public void An_export_is_the_state_at_its_slot_whatever_executes_between_its_pieces(
        [Range(1, 20)] int seed, [Values(1, 3, 50)] int sessions, [Values(1, 300, 20_000)] int longestPiece)
    {
        Random random = new(seed);
        RandomRequests requests = new(seed);
        RunningState running = new(StatePieces.Options(sessions, window: 9));
        for (int round = 0; round < 2; round++)
        {
            running.Run(requests, random.Next(250));
            AssertExportIsOfNow(running, random, longestPiece, () => running.Run(requests, random.Next(6)));
        }
    }

    [Test]
    public void Exports_of_clients_that_change_expiries_are_the_state_at_their_slot_too([Range(1, 40)] int seed)
    {
        Random random = new(seed);
        RandomRequests requests = new(seed, keepsExpiries: false);
        RunningState running = new(StatePieces.Options(sessions: 9, window: 4));
        running.Run(requests, 200);

        AssertExportIsOfNow(running, random, longestPiece: 100, () => running.Run(requests, random.Next(10)));
    }

    [Test]
    public void Thousands_of_sessions_that_change_end_and_come_while_the_walk_goes_on_are_exported_as_they_were([Range(1, 10)] int seed)
    {
        Random random = new(seed);
        RunningState running = new(StatePieces.Options(sessions: 4000));
        long time = 1000;
        int first = 1;
        for (; first <= 3000; first += 1000)
            ExecuteOn(running, ++time, Enumerable.Range(first, 1000), sequence: 1, () => time + random.Next(60_000));

        AssertExportIsOfNow(running, random, longestPiece: 4000, () =>
        {
            // Log time passes the expiry of some; others go on, and new ones come.
            time += random.Next(1500);
            ExecuteOn(running, time, Enumerable.Range(1, 40).Select(_ => random.Next(1, first)).Distinct(), random.Next(1, 4), () => time + random.Next(60_000));
            ExecuteOn(running, time, Enumerable.Range(first, 20), sequence: 1, () => time + random.Next(60_000));
            first += 20;
        });
    }

    [Test]
    public void A_full_table_is_full_in_the_import_too_until_the_same_slot()
    {
        RunningState running = new(StatePieces.Options(sessions: 3));
        ExecuteOn(running, 1000, [1, 2, 3], sequence: 1, static () => 5000);
        StateExport export = new(running.State);
        ExecuteOn(running, 1001, [4, 1], sequence: 2, static () => 6000);
        ExecuteOn(running, 5001, [4, 5, 6], sequence: 1, static () => 9000);
        List<byte[]> pieces = [];
        while (StatePieces.Next(export, 1) is { } piece)
            pieces.Add(piece);

        ReplicatedState imported = StatePieces.Import(running.Options, RunningState.NewMachine(), pieces).State;

        Assert.That(imported.Sessions.Count, Is.EqualTo(3));
        Assert.That(imported.AnswerFromStore(ExecutedLog.Send(new SessionId(1), 1, expiry: 5000)), Is.Not.Null);
        running.CatchUp(imported);
        Assert.That(RunningState.Describe(imported), Is.EqualTo(RunningState.Describe(running.State)));
    }

    [Test]
    public void A_cancelled_export_keeps_nothing_and_the_next_one_is_the_state_at_its_own_slot([Range(1, 30)] int seed)
    {
        Random random = new(seed);
        RandomRequests requests = new(seed);
        RunningState running = new(StatePieces.Options(sessions: 20, window: 9));
        for (int round = 0; round < 3; round++)
        {
            running.Run(requests, random.Next(150));
            StateExport export = new(running.State);
            for (int pieces = random.Next(20); pieces > 0 && StatePieces.Next(export, random.Next(1, 200)) is not null; pieces--)
                running.Run(requests, random.Next(6));

            export.Cancel();

            Assert.That((export.KeptBytes, export.IsOver), Is.EqualTo((0L, true)));
            Assert.That(StatePieces.Next(export, 100), Is.Null);
            running.Run(requests, 5);
            Assert.That(export.KeptBytes, Is.Zero);
            AssertExportIsOfNow(running, random, longestPiece: 300, () => running.Run(requests, random.Next(6)));
        }
    }

    private static void ExecuteOn(RunningState running, long time, IEnumerable<int> sessions, int sequence, Func<long> expiry)
    {
        ClientRequest[] requests =
        [
            .. sessions.Select(session => ExecutedLog.Send(new SessionId((uint)session), sequence, previous: 0, acknowledgedBelow: sequence - 1, expiry: expiry())),
        ];
        running.Execute(ExecutedLog.EntryOf(time, requests));
    }

    private static void AssertExportIsOfNow(RunningState running, Random random, int longestPiece, Action goOn)
    {
        Slot slot = running.State.Executed;
        StateExport export = new(running.State);
        List<int> lengths = [random.Next(1, longestPiece + 1)];
        List<byte[]> pieces = [];
        while (StatePieces.Next(export, lengths[^1]) is { } piece)
        {
            pieces.Add(piece);
            goOn();
            lengths.Add(random.Next(1, longestPiece + 1));
        }

        Assert.That((export.Slot, export.KeptBytes, export.IsOver), Is.EqualTo((slot, 0L, true)));
        ReplicatedState replayed = running.Replay(slot);
        Assert.That(StatePieces.Hashes(StatePieces.Of(replayed, [.. lengths])), Is.EqualTo(StatePieces.Hashes(pieces)), "the export of a state that stood still");
        ReplicatedState imported = StatePieces.Import(running.Options, RunningState.NewMachine(), pieces).State;
        Assert.That(RunningState.Describe(imported), Is.EqualTo(RunningState.Describe(replayed)));
        Assert.That(StatePieces.Hashes(StatePieces.Of(imported, [.. lengths])), Is.EqualTo(StatePieces.Hashes(pieces)), "the export of the import");

        goOn();
        running.CatchUp(imported);
        Assert.That(RunningState.Describe(imported), Is.EqualTo(RunningState.Describe(running.State)));
        Assert.That(StatePieces.Hashes(StatePieces.Of(imported, 500)), Is.EqualTo(StatePieces.Hashes(StatePieces.Of(running.State, 500))));
    }
}
