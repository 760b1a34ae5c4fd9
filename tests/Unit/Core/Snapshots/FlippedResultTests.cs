using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>A bit of a stored result that flips in memory is in no snapshot: the replica stops before (rule 12).</summary>
public sealed class FlippedResultTests
{
    private static readonly SessionId _session = new(1);

    private ExecutedLog _log = null!;

    [SetUp]
    public void ExecuteTwoRequests()
    {
        _log = new ExecutedLog();
        _log.Execute(Send(_session, 1));
        _log.Execute(Send(_session, 2));
    }

    [Test]
    public void It_stops_the_export_that_comes_to_it([Values(1, 2)] int sequence)
    {
        StateExport export = new(_log.State);
        StatePieces.Next(export, 1);

        Flip(_log.State, sequence);

        Assert.That(() => StatePieces.Next(export, 1), Throws.TypeOf<InvariantBrokenException>());
    }

    [Test]
    public void It_stops_the_change_before_which_an_export_keeps_its_session()
    {
        StateExport export = new(_log.State);
        Flip(_log.State, sequence: 1);

        Assert.That(() => _log.Execute(Send(_session, 3)), Throws.TypeOf<InvariantBrokenException>());
        Assert.That(export.KeptBytes, Is.Zero);
    }

    [Test]
    public void It_stops_the_export_of_a_state_that_was_imported_too()
    {
        List<byte[]> pieces = StatePieces.Of(_log.State, 100);
        ReplicatedState imported = StatePieces.Import(StatePieces.Options(), RunningState.NewMachine(), pieces).State;
        Assert.That(StatePieces.Hashes(StatePieces.Of(imported, 100)), Is.EqualTo(StatePieces.Hashes(pieces)));

        Flip(imported, sequence: 2);

        Assert.That(() => StatePieces.Of(imported, 100), Throws.TypeOf<InvariantBrokenException>());
    }

    [Test]
    public void Without_an_export_it_shows_in_the_state_hash_when_the_result_is_dropped()
    {
        ExecutedLog other = new();
        other.Execute(Send(_session, 1));
        other.Execute(Send(_session, 2));
        Assert.That(other.State.Hash, Is.EqualTo(_log.State.Hash));

        Flip(_log.State, sequence: 1);
        _log.Execute(Send(_session, 3, acknowledgedBelow: 3));
        other.Execute(Send(_session, 3, acknowledgedBelow: 3));

        Assert.That(other.State.Hash, Is.Not.EqualTo(_log.State.Hash));
    }

    private static void Flip(ReplicatedState state, long sequence)
    {
        Span<byte> payload = state.Sessions.Find(_session)!.PayloadIn(sequence);
        payload[^1] ^= 1;
    }
}
