using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>A store that belongs to one group, in words that make the tests short.</summary>
internal static class StoreOfOneGroup
{
    extension(ReplicaStore store)
    {
        public ReplicaIdentity Identity => store.Groups.Single().Identity;

        public RecoveredState Recovered => store.Groups.Single().Recovered;

        public SnapshotStore Snapshots => store.Groups.Single().Snapshots;

        public bool IsSnapshotRotten => store.Groups.Single().IsSnapshotRotten;

        public void Append(IReadOnlyList<Record> records, RecordNumber recordsThrough, Slot decided) => store.Append([BatchOf(records, recordsThrough, decided)]);

        public RecordNumber SyncOne()
        {
            store.Sync();
            return store.DurableThrough(0);
        }

        public void Certify(Slot decided) => store.Certify([new LogBatch { Decided = decided }]);

        public bool TryRelease(Slot inSnapshot) => store.ReleaseWhole([inSnapshot]);

        /// <summary>Gives a segment back, with all of its space.</summary>
        public bool ReleaseWhole(IReadOnlyList<Slot> inSnapshots)
        {
            bool isReleased = store.TryRelease(inSnapshots);
            while (store.DeadSegments > 0)
                store.ShrinkDead();
            return isReleased;
        }

        public void RememberPeer(ReplicaId peer, PeerMemory memory) => store.RememberPeer(0, peer, memory);

        public void RememberHeard(IReadOnlyList<HeardMark> heard) => store.RememberHeard(0, heard);

        public void ForgetRecovered() => store.Groups.Single().ForgetRecovered();
    }

    public static LogBatch BatchOf(IReadOnlyList<Record> records, RecordNumber recordsThrough, Slot decided)
    {
        LogBatch batch = new() { RecordsThrough = recordsThrough, Decided = decided };
        batch.Records.AddRange(records);
        return batch;
    }
}
