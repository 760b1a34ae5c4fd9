using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Tests.Unit.Durability;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>The decided slot that the log notes rests on records, and must never be on the disk without them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogMarkTests : IDisposable
{
    private static readonly StoreOptions _preparing = new() { SegmentBytes = 64 * 1024, FirstSegmentBytes = 64 * 1024, PreparationBytes = 16 * 1024 };

    private readonly string _root = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"mark-{Guid.NewGuid():N}");
    private readonly LogQueue _queue = new(new LogLimits(), static () => { });
    private readonly RecordedDisk _disk;

    public LogMarkTests()
    {
        _disk = new RecordedDisk(_root);
        ReplicaStore.Create(_disk.OpenDirectory(), Identity, _preparing);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Test]
    public void An_old_vote_is_never_noted_as_decided_while_the_decided_value_waits_for_the_disk()
    {
        using ReplicaStore store = ReplicaStore.Open(_disk.OpenDirectory(), _preparing, Guid.NewGuid());
        LogScheduler log = new(store, [new LogGroup(_queue, static () => [], static () => { })], new LogLimits());

        // Slots 1 to 4 are decided; in slot 5 stands X (55) of view 0, that nobody else has (schedule 1).
        _queue.Append([.. Enumerable.Range(1, 4).Select(slot => Accepted(0, slot, slot, padding: 9000)), Accepted(0, 5, 55)], new(5), new Slot(4));
        Assert.That(log.Next(now: 0), Is.EqualTo(LogAction.Appended));
        Assert.That(log.Next(now: 0), Is.EqualTo(LogAction.Synced));

        // The driver's turn falls into what the log does when it is idle: CatchUpEntries brought the decided value of slot 5, a no-op of view 2.
        bool isTold = false;
        _disk.Around = () =>
        {
            if (!isTold)
                _queue.Append([Record.OfLearned(new Slot(5), PaxosShard.Wire.Entries.Entry.NoOp)], new(6), new Slot(5));
            isTold = true;
        };
        while (log.Next(now: 1000) is LogAction.Prepared && !isTold)
        {
            // The certification comes last.
        }

        Assert.That(isTold, Is.True);
        Assert.That(_disk.AfterKill().Decided, Is.EqualTo(new Slot(4)), "in slot 5 stands what was never decided");
        _disk.Around = null;
        Assert.That(log.Next(now: 1000), Is.EqualTo(LogAction.Appended));
        Assert.That(log.Next(now: 1000), Is.EqualTo(LogAction.Synced));
        Assert.That(_disk.AfterPowerFailure().Decided, Is.EqualTo(new Slot(5)));
        Assert.That(_disk.AfterPowerFailure().Known[^1].Entry.IsNoOp, Is.True);
    }

    /// <summary>While a batch waits for space the core goes on deciding; what it decides then rests on records behind the batch.</summary>
    [Test]
    public void A_batch_that_waits_for_space_notes_what_was_decided_when_it_was_taken()
    {
        FullOnce store = new();
        LogScheduler log = new(store, [new LogGroup(_queue, static () => [], static () => { })], new LogLimits());
        _queue.Append([Accepted(0, 1, 1)], new(1), Slot.Zero);
        Assert.That(() => log.Next(now: 0), Throws.InstanceOf<DiskFullException>());
        _queue.Append([Accepted(0, 2, 2)], new(2), new Slot(2));

        Assert.That(log.Next(now: 1), Is.EqualTo(LogAction.Appended));

        Assert.That(store.Marks, Is.EqualTo(new[] { (new RecordNumber(1), Slot.Zero) }));
    }

    [Test]
    public void A_mark_that_is_taken_rests_on_nothing_that_waits()
    {
        LogBatch batch = new();
        _queue.Append([Accepted(0, 1, 1)], new(1), Slot.Zero);
        _queue.Append([Accepted(0, 2, 2)], new(2), new Slot(1));
        _queue.Append([], new(2), new Slot(2));

        _queue.TryTake(batch);

        Assert.That(batch.Decided, Is.EqualTo(new Slot(2)), "both records are in the same batch");
        Assert.That(batch.Records, Has.Count.EqualTo(2));
    }

    [Test]
    public void Nothing_is_left_behind_in_a_queue_that_is_closed()
    {
        LogBatch batch = new();
        _queue.Append([Accepted(0, 1, 1)], new(1), new Slot(1));
        _queue.Close();

        Assert.That(_queue.TryTake(batch), Is.True);
        Assert.That(batch.Records, Has.Count.EqualTo(1));
        Assert.That(batch.IsLast, Is.False);
        Assert.That(_queue.TryTake(batch), Is.False);
        Assert.That(batch.IsLast, Is.True);
        Assert.That(batch.Decided, Is.EqualTo(new Slot(1)));
    }

    /// <summary>A log that has no space for the first batch, the first time.</summary>
    private sealed class FullOnce : ILogStore
    {
        private bool _wasFull;

        public List<(RecordNumber Through, Slot Decided)> Marks { get; } = [];

        public bool NeedsCertification => false;

        public bool NeedsPreparation => false;

        public bool IsDiskFull => false;

        public int DeadSegments => 0;

        public void Append(IReadOnlyList<LogBatch> batches)
        {
            if (!_wasFull)
            {
                _wasFull = true;
                throw new DiskFullException("no space");
            }

            Marks.Add((batches[0].RecordsThrough, batches[0].Decided));
        }

        public void Sync() => throw new NotSupportedException();

        public RecordNumber DurableThrough(int group) => RecordNumber.None;

        public void Certify(IReadOnlyList<LogBatch> batches) => throw new NotSupportedException();

        public void Prepare() => throw new NotSupportedException();

        public void ShrinkDead() => throw new NotSupportedException();

        public bool TryRelease(IReadOnlyList<Slot> inSnapshots) => false;

        public bool IsHeldBackBy(int group, Slot inSnapshot) => false;

        public void RememberPeer(int group, ReplicaId peer, PeerMemory memory) => throw new NotSupportedException();

        public void RememberHeard(int group, IReadOnlyList<HeardMark> heard) => throw new NotSupportedException();
    }
}
