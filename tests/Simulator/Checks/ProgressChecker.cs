using PaxosShard.Replica.Core;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S16: in one life of a replica its view, its decided slot, its executed slot and the slot of its durable snapshot never go back, and it never executes beyond what is
/// decided. It starts with no less decided and executed than its snapshot has.
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class ProgressChecker(CheckContext context)
{
    private readonly Standing[] _last = new Standing[context.MachineCount];

    /// <summary>A process is gone.</summary>
    public void OnStopped(int replica) => _last[replica] = default;

    /// <summary>A replica starts.</summary>
    public void OnStarted(int replica, ReplicaCore core)
    {
        long durable = context.Images[replica].SnapshotSlot;
        if (core.Decided.Number < durable || core.Executed.Number < durable)
            context.Report("S16", $"r{replica} starts with {core.Decided} decided and {core.Executed} executed; its durable snapshot is of s{durable}");
        OnStepped(replica, core);
    }

    /// <summary>A step is over.</summary>
    public void OnStepped(int replica, ReplicaCore core)
    {
        Standing now = new(core.View.Number, core.Decided.Number, core.Executed.Number, core.Snapshot.Slot.Number);
        Standing before = _last[replica];
        if (now == before)
            return;
        if (now.View < before.View || now.Decided < before.Decided || now.Executed < before.Executed || now.Snapshot < before.Snapshot || core.Executed > core.Decided)
            context.Report("S16", $"r{replica} goes from {before} to {now}");
        _last[replica] = now;
    }

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(ClientReply reply)
    {
        switch (reply.Status)
        {
            case ReplyStatus.Redirect:
                context.Marks.Reach(Mark.Redirected);
                break;
            case ReplyStatus.Busy:
                context.Marks.Reach(Mark.Busy);
                break;
            case ReplyStatus.NoQuorum:
                context.Marks.Reach(Mark.NoQuorum);
                break;
            case ReplyStatus.OutOfOrder:
                context.Marks.Reach(Mark.OutOfOrder);
                break;
            case ReplyStatus.Stale:
                context.Marks.Reach(Mark.Stale);
                break;
            case ReplyStatus.Expired:
                context.Marks.Reach(Mark.Expired);
                break;
        }
    }

    private readonly record struct Standing(long View, long Decided, long Executed, long Snapshot)
    {
        public override string ToString() => $"v{View} decided s{Decided} executed s{Executed} snapshot of s{Snapshot}";
    }
}
