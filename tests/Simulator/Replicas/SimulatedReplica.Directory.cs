using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Replicas;

/// <content>What is put into its directory while it does not run.</content>
public sealed partial class SimulatedReplica
{
    /// <summary>Writes the disk before the first start; for scripts. The checkers take it for what an earlier life did.</summary>
    /// <param name="records">What it holds.</param>
    /// <param name="decided">What it knows to be decided.</param>
    public void PrepareDisk(IReadOnlyList<Record> records, Slot decided)
    {
        setting.Disk.Store.Open();
        setting.Checks.OnRecovered(Index, setting.Disk.Recovered, setting.Disk.Disk.WasDamaged);
        foreach (Record record in records)
            setting.Checks.OnPrepared(Index, record);
        LogBatch batch = new() { RecordsThrough = new RecordNumber(records.Count), Decided = decided };
        batch.Records.AddRange(records);
        setting.Disk.Store.Append([batch]);
        setting.Disk.Store.Sync();
        setting.Checks.OnSynced(Index, setting.Disk.Store.DurableThrough(0));
        setting.Disk.Store.Certify([batch]);
        setting.Disk.Store.Kill();
        setting.Checks.OnStopped(Index);
    }

    /// <summary>Puts another directory in the place of that of a stopped replica.</summary>
    /// <param name="directory">What is there from now on.</param>
    /// <param name="isNewest">It is what its last life left; otherwise nothing that it says may count.</param>
    public void ReplaceDirectory(SimulatedDisk directory, bool isNewest)
    {
        setting.Disk.Store.Replace(directory);
        IsForgetful = !isNewest;
        Checks = isNewest ? setting.Checks : new ClusterChecks(
            setting.Queue, setting.Options, rooms: 1, keys: 0, setting.Kind, setting.Machines - setting.Options.ReplicaCount);
        Checks.OnNewcomer(Index, Place);
    }
}
