using PaxosShard.Replica.Core;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S14 for snapshots: neither the log on the disk nor the log in memory gives back a slot that is not in a snapshot which is durable on that very disk, and what stands above
/// that stays in memory as it is.
/// </summary>
/// <param name="context">The run's checkers.</param>
internal sealed class RetentionChecker(CheckContext context)
{
    private readonly long[] _base = new long[context.MachineCount];

    /// <summary>A replica starts.</summary>
    public void OnStarted(int replica, ReplicaCore core)
    {
        _base[replica] = 0;
        OnStepped(replica, core);
    }

    /// <summary>Segments are to be given back whose slots are in a snapshot.</summary>
    public void OnReleasing(int replica, Slot inSnapshot)
    {
        long durable = context.Images[replica].SnapshotSlot;
        if (inSnapshot.Number > durable)
            context.Report("S14", $"r{replica} gives back its log up to {inSnapshot}, and its durable snapshot is of s{durable}");
    }

    /// <summary>A step is over.</summary>
    public void OnStepped(int replica, ReplicaCore core)
    {
        DurableImage image = context.Images[replica];
        long now = core.Base.Number;
        if (now == _base[replica])
            return;
        if (now < _base[replica])
            context.Report("S16", $"the log of r{replica} in memory begins above s{now} after it began above s{_base[replica]}");
        if (now > image.SnapshotSlot || core.Base > core.Decided)
            context.Report("S14", $"r{replica} drops its log up to s{now} from its memory; its durable snapshot is of s{image.SnapshotSlot}, decided is {core.Decided}");
        _base[replica] = now;
        for (long slot = now + 1; slot <= image.Latest.Highest; slot++)
        {
            if (image.Latest.Read(slot).IsStored && core.Stored(new Slot(slot)) is null)
                context.Report("S14", $"r{replica} drops s{slot}, which it has stored, with its log up to s{now}");
        }
    }
}
