using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Network;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <content>The one point at which a script ends its life.</content>
public sealed partial class SimulatedReplica
{
    private CrashPoint? _point;

    /// <summary>Where its life ends; null for nowhere. It belongs to the disk that is in place when it is set. Whoever ends a life so starts the machine again.</summary>
    public CrashPoint? Point
    {
        get => _point;
        set
        {
            _point = value;
            setting.Disk.Disk.EndsBefore = value is null ? null : value.EndsBeforeCall;
        }
    }

    /// <summary>Its point was reached: nothing of this life has an effect any more.</summary>
    internal bool IsEnding => _point is { IsEnding: true };

    /// <summary>
    /// Reads its disk as a start does, shows the checkers what it remembers, and goes no further. Only while no process runs.
    /// </summary>
    /// <returns>False: it ended at its point before.</returns>
    public bool TryRecover()
    {
        IsMachineUp = true;
        if (OnDisk(static disk => disk.Store.Open()) != DiskOutcome.Done)
            return false;
        Checks.OnRecovered(Index, setting.Disk.Recovered, setting.Disk.Disk.WasDamaged);
        setting.Disk.Store.Kill();
        Checks.OnStopped(Index);
        return true;
    }

    /// <summary>Whether its life is over before this frame leaves.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="to">The machine that it goes to; null for a client.</param>
    internal bool EndsBeforeFrame(MessageKind kind, int? to)
    {
        if (_point is not { } point)
            return false;
        bool wasEnding = point.IsEnding;
        if (!point.EndsBeforeFrame(kind, to))
            return false;
        if (!wasEnding)
            setting.Queue.Schedule(setting.Queue.Now, this, EndAtPoint);
        return true;
    }

    /// <summary>Ends its life if it has come to its point.</summary>
    private bool TryEndAtPoint()
    {
        if (_point is not { IsEnding: true } point)
            return false;

        // What it had sent arrives, and the others notice at once: this is about the disk and about what was said, not about how long a silence lasts.
        foreach (ConnectionEnd end in setting.Network.EndsOf(Index))
            setting.Network.Close(end);
        if (point.LosesPower)
        {
            LosePower(point.Fate);
        }
        else
        {
            setting.Disk.Store.Kill();
            setting.Disk.Disk.Restart();
            Kill();
        }

        setting.Disk.Disk.EndsBefore = null;
        point.End();
        return true;
    }
}
