using PaxosShard.Wire.Identifiers;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Simulator.Replicas;

/// <content>What it has of the log thread, which all replicas of its machine share.</content>
internal sealed partial class ReplicaProcess
{
    /// <summary>A sync that was held back by a script ends after all.</summary>
    public void ReleaseSync() => _logWork?.ReleaseSync();

    /// <summary>Writes, syncs and certifies everything, as a process does that ends in good order.</summary>
    public void CloseLog()
    {
        _snapshots.Close();
        _log.Close();
        _logWork!.RunToTheEnd();
    }

    /// <summary>The disk has no space: what the snapshots take up without need is given back.</summary>
    public void WantSpace() => _snapshots.WantSpace();

    /// <summary>After an action of the log thread: takes in how far the disk is.</summary>
    /// <returns>It has gone on.</returns>
    public bool TakeDurable(RecordNumber durable)
    {
        if (durable <= _durable)
            return false;
        _durable = durable;
        _checks.OnSynced(_self, _durable);
        return true;
    }

    /// <summary>The core is told of what is durable by the next turn.</summary>
    public void OnDurable() => ScheduleTurn();

    private long SyncDuration() => LogWork.SyncDuration(_setting);
}
