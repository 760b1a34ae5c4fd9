using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <content>Snapshots: what is published, given back, and taken from another replica.</content>
public sealed partial class ClusterChecks
{
    /// <summary>A snapshot is about to take the place of the one before on a replica's disk: from now on a start may find it.</summary>
    public void OnPublishing(int replica, SnapshotMark mark) => _context.Images[replica].BeginPublishing(mark);

    /// <summary>A snapshot is durable on a replica's disk.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="mark">The snapshot.</param>
    /// <param name="store">Reads its pieces.</param>
    public void OnPublished(int replica, SnapshotMark mark, ISnapshotStore store)
    {
        DurableImage image = _context.Images[replica];
        if (mark.Slot.Number <= image.SnapshotSlot)
            Violations.Report("S16", $"r{replica} publishes the {mark} after that of s{image.SnapshotSlot}");
        if (image.Publish(mark))
            Marks.Reach(Mark.SlotRepaired);
        _marks.OnPublished(replica, mark.Slot);
        _edges.OnPublished(replica, mark);
        _snapshots.OnPublished(replica, mark, store);
    }

    /// <summary>Segments of a replica's log are to be given back, because everything up to a slot is in a snapshot.</summary>
    public void OnReleasing(int replica, Slot inSnapshot) => _retention.OnReleasing(replica, inSnapshot);

    // A replica that goes on with another one's state is not seen executing what is in it.
    private void LookForReplacement(int replica, Slot executed)
    {
        if (Execution.TryReplace(replica, executed) is not { } before)
            return;
        if (_context.Images[replica].SnapshotSlot < executed.Number)
            Violations.Report("S15", $"r{replica} goes on with a state after {executed}, and the snapshot of that is not durable on its disk");
        Marks.Reach(Mark.SnapshotTaken);
        if (replica >= _context.ReplicaCount)
            Marks.Reach(Mark.NewcomerTookSnapshot);

        // A bit that had flipped went with the state that was replaced.
        _context.IsStruck[replica] = false;
        _follows?.OnReplaced(replica, before, executed);
        _doubt.OnReplaced(replica, executed, Execution.HashAfter(executed.Number));
        if (_logTime.After(executed) is { } logTime)
            _pace.OnReplaced(replica, logTime);
    }

    private void NoteReports(int replica, in Input input)
    {
        if (input.Kind == InputKind.SnapshotDurable)
            Execution.OnSnapshotReported(replica, input.Snapshot.Slot);
    }

    private void CheckSnapshots(int replica, ReplicaCore core)
    {
        LookForReplacement(replica, core.Executed);
        Execution.OnStepped(replica, core.Executed, core.StateHash);
        _retention.OnStepped(replica, core);
        if (core.KeptBytes > 0)
            Marks.Reach(Mark.OldVersionKept);
    }
}
