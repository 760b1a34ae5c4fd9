using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Engine;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S15: what a published snapshot loads to, read back from the disk piece by piece, is the state after its slot as the log executed from its beginning has it: its
/// hash, its log time, its highest first view. Its mark is the hash of its pieces.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="options">The bounds, as the replicas have them.</param>
/// <param name="kind">What the replicas run.</param>
/// <param name="execution">The hash of the state after each slot.</param>
/// <param name="logTime">The log time after each slot.</param>
/// <param name="firstViews">The highest first view after each slot.</param>
internal sealed class SnapshotChecker(
    CheckContext context, GroupOptions options, MachineKind kind, ExecutionChecker execution, LogTimeChecker logTime, DeadEntryChecker firstViews)
{
    private const string Name = "S15";

    /// <summary>A snapshot is durable on a replica's disk.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="mark">The snapshot.</param>
    /// <param name="store">Reads its pieces.</param>
    public void OnPublished(int replica, SnapshotMark mark, ISnapshotStore store)
    {
        if (TryLoad(replica, mark, store) is { } state && !context.IsStruck[replica])
            Compare(replica, mark, state);
    }

    private ReplicatedState? TryLoad(int replica, SnapshotMark mark, ISnapshotStore store)
    {
        try
        {
            return Load(replica, mark, store);
        }
        catch (WireFormatException refused)
        {
            context.Report(Name, $"r{replica} has published the {mark}, which is refused when it is read: {refused.Message}");
            return null;
        }
    }

    private ReplicatedState? Load(int replica, SnapshotMark mark, ISnapshotStore store)
    {
        StateImport import = new(options, kind.New());
        ulong hash = 0;
        long count = 1;
        for (long number = 0; number < count; number++)
        {
            if (store.Read(mark, number) is not { } piece || piece.Mark != mark || piece.Number != number)
            {
                context.Report(Name, $"r{replica} has published the {mark}, and piece {number} of {count} cannot be read");
                return null;
            }

            count = piece.Count;
            hash = StateExport.Fold(hash, piece.Bytes.Span);
            bool isLast = import.Add(piece.Bytes.Span);
            if (isLast != (number == count - 1))
            {
                context.Report(Name, $"r{replica} has published the {mark} with {count} pieces, and the state ends with piece {number}");
                return null;
            }
        }

        if (hash != mark.Hash)
            context.Report(Name, $"r{replica} has published the {mark}; its pieces have the hash {hash:x16}");
        return import.State;
    }

    private void Compare(int replica, SnapshotMark mark, ReplicatedState state)
    {
        if (state.Executed != mark.Slot)
            context.Report(Name, $"r{replica} has published the {mark}, which loads to the state after {state.Executed}");
        ulong hash = execution.HashAfter(mark.Slot.Number);
        if (hash != 0 && state.Hash != hash)
            context.Report(Name, $"r{replica} has published the {mark}, which loads to state {state.Hash:x16}; the log gives {hash:x16}");
        if (logTime.After(mark.Slot) is { } time && state.LogTime != time)
            context.Report(Name, $"r{replica} has published the {mark}, which loads to log time {state.LogTime}; it was {time}");
        ExecutedList list = context.Lists.After(mark.Slot);
        if (state.Members.Number != list.Number || state.Members.Hash != list.Hash)
            context.Report("M3", $"r{replica} has published the {mark}, which loads to member list {state.Members.Number}; it was list {list.Number}");
        if (firstViews.HighestAfter(mark.Slot) is { } view && state.HighestFirstView.Number != view)
            context.Report(Name, $"r{replica} has published the {mark}, which loads to the highest first view {state.HighestFirstView}; it was v{view}");
    }
}
