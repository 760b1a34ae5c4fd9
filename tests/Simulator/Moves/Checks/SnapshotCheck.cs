using PaxosShard.Replica.Core.Execution;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>S15: a replica that began with a snapshot, and executed what has come since, has the state of the others, whatever moved while the snapshot was taken.</summary>
/// <param name="violations">Takes findings.</param>
/// <param name="marks">What was reached.</param>
internal sealed class SnapshotCheck(ViolationLog violations, MoveMarks marks)
{
    /// <summary>A group goes on with the state of such a replica.</summary>
    public void OnReplaced(SimulatedGroup log, ReplicatedState next)
    {
        ReplicatedState before = log.State;
        Compare(log, "slot", before.Executed.Number, next.Executed.Number);
        Compare(log, "state hash", before.Hash, next.Hash);
        Compare(log, "hash of the machine", before.Machine.Hash, next.Machine.Hash);
        Compare(log, "log time", before.LogTime, next.LogTime);
        Compare(log, "bytes", before.Machine.Occupancy.Used, next.Machine.Occupancy.Used);
        Compare(log, "sessions", before.SessionCount.Used, next.SessionCount.Used);
        Compare(log, "bytes of sessions", before.SessionBytes.Used, next.SessionBytes.Used);
        if (log.Group == GroupId.Masters)
            return;
        foreach (byte[] query in (byte[][])[new ReadMovesQuery().Encode(), new ReadArcsQuery().Encode()])
        {
            if (!GroupReads.Ask(before, query).Payload.Span.SequenceEqual(GroupReads.Ask(next, query).Payload.Span))
                violations.Report("S15", $"{log.Group} answers {(CommandKind)query[0]} otherwise when it goes on from a snapshot");
        }

        ReachMarks(GroupReads.Moves(next));
    }

    private void Compare<T>(SimulatedGroup log, string what, T before, T next)
        where T : IEquatable<T>
    {
        if (!before.Equals(next))
            violations.Report("S15", $"{log.Group} goes on from a snapshot, and its {what} is {next} and not {before}");
    }

    private void ReachMarks(MovesResult moves)
    {
        if (moves.Incoming.Count + moves.Outgoing.Count == 0)
            marks.Reach(MoveMark.SnapshotAtRest);
        foreach (IncomingMoveState move in moves.Incoming)
        {
            marks.Reach(move.State switch
            {
                CopyState.Copying => MoveMark.SnapshotWhileCopying,
                CopyState.Pulling => MoveMark.SnapshotWhilePulling,
                _ => MoveMark.SnapshotWhileDiscarding,
            });
        }

        foreach (OutgoingMoveState move in moves.Outgoing)
        {
            marks.Reach(move.State switch
            {
                GiveState.Copying => MoveMark.SnapshotWhileCopied,
                GiveState.Frozen => MoveMark.SnapshotWhileFrozen,
                _ => MoveMark.SnapshotWhileDropping,
            });
        }
    }
}
