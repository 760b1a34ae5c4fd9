using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Tests.Unit.Durability;
using PaxosShard.Wire;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>The decided slot that the log notes is a mark: it rests on records, and must never be on the disk without them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogMarkTests : IDisposable
{
    private static readonly StoreOptions _preparing = new() { SegmentBytes = 64 * 1024, FirstSegmentBytes = 64 * 1024, PreparationBytes = 16 * 1024 };

    private readonly string _root = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"mark-{Guid.NewGuid():N}");
    private readonly LogQueue _queue = new(new NodeLimits(), spinMicroseconds: 0);
    private readonly StoppedTime _time = new();
    private readonly RecordedDisk _disk;

    public LogMarkTests()
    {
        _disk = new RecordedDisk(_root);
        ReplicaStore.Create(_disk.OpenDirectory(), Identity, _preparing);
    }

    public void Dispose()
    {
        _queue.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Test]
    public void An_old_vote_is_never_noted_as_decided_while_the_decided_value_waits_for_the_disk()
    {
        using ReplicaStore store = ReplicaStore.Open(_disk.OpenDirectory(), _preparing, Guid.NewGuid());
        LogThread log = NewThread(store);

        // Slots 1 to 4 are decided; in slot 5 stands X (55) of view 0, that nobody else has (schedule 1).
        _queue.Append([.. Enumerable.Range(1, 4).Select(slot => Accepted(0, slot, slot, padding: 9000)), Accepted(0, 5, 55)], 5, new Slot(4));
        log.Step(longestWait: 0);
        Assert.That(store.NeedsPreparation, Is.True, "the next step prepares a segment and certifies the log");
        _time.Pass(TimeSpan.FromSeconds(1));

        // The driver's turn falls into that step: S brought the decided value of slot 5, a no-op of view 2.
        bool isTold = false;
        _disk.Around = () =>
        {
            if (!isTold)
                _queue.Append([new LearnedRecord(new Slot(5), PaxosShard.Wire.Entry.NoOp)], 6, new Slot(5));
            isTold = true;
        };
        log.Step(longestWait: 0);

        Assert.That(isTold, Is.True);
        Assert.That(_disk.AfterKill().Decided, Is.EqualTo(new Slot(4)), "in slot 5 stands what was never decided");
        log.Step(longestWait: 0);
        Assert.That(_disk.AfterPowerFailure().Decided, Is.EqualTo(new Slot(5)));
        Assert.That(_disk.AfterPowerFailure().Known[^1].Entry.IsNoOp, Is.True);
    }

    [Test]
    public void A_mark_that_is_taken_rests_on_nothing_that_waits()
    {
        LogBatch batch = new();
        _queue.Append([Accepted(0, 1, 1)], 1, Slot.Zero);
        _queue.Append([Accepted(0, 2, 2)], 2, new Slot(1));
        _queue.Append([], 2, new Slot(2));

        _queue.Take(batch, milliseconds: 0);

        Assert.That(batch.Decided, Is.EqualTo(new Slot(2)), "both records are in the same batch");
        Assert.That(batch.Records, Has.Count.EqualTo(2));
    }

    [Test]
    public void Nothing_is_left_behind_in_a_queue_that_is_closed()
    {
        LogBatch batch = new();
        _queue.Append([Accepted(0, 1, 1)], 1, new Slot(1));
        _queue.Close();

        Assert.That(_queue.Take(batch, milliseconds: 0), Is.True);
        Assert.That(batch.Records, Has.Count.EqualTo(1));
        Assert.That(_queue.Take(batch, milliseconds: 0), Is.False);
        Assert.That(batch.Decided, Is.EqualTo(new Slot(1)));
    }

    private LogThread NewThread(ReplicaStore store) =>
        new(store, _queue, static _ => { }, static () => [], new NodeLimits(), new RunningClock(_time), _time);
}
