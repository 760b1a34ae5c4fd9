using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogThreadTests : IDisposable
{
    private static readonly StoreOptions _small = new() { SegmentBytes = 64 * 1024, FirstSegmentBytes = 64 * 1024, PreparationBytes = 16 * 1024 };

    private readonly string _directory = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"log-{Guid.NewGuid():N}");
    private readonly LogQueue _queue = new(new NodeLimits { LogQueueRecords = 2, LogQueueBytes = 1024 * 1024 }, spinMicroseconds: 0);
    private readonly List<long> _synced = [];
    private readonly PeerMemory _memory = new(5, new StartMark(6, Guid.NewGuid()), new View(1), new Slot(2), default);
    private IReadOnlyList<HeardMark> _heard = [];

    public LogThreadTests()
    {
        Directory.CreateDirectory(_directory);
        ReplicaIdentity identity = new()
        {
            Cluster = Guid.Empty,
            Group = 1,
            Replica = new ReplicaId(0),
            ReplicaCount = 3,
            MembersHash = 42,
            Identity = 7,
        };
        ReplicaStore.Create(new PosixDirectory(_directory), identity, _small);
    }

    public void Dispose()
    {
        _queue.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public void Everything_that_waits_is_synced_at_once_and_reported_by_its_last_number()
    {
        _queue.Append([Accepted(1), Accepted(2)], recordsThrough: 2, Slot.Zero);
        _queue.Append([Accepted(3)], recordsThrough: 3, Slot.Zero);

        RunToTheEnd();

        Assert.That(_synced, Is.EqualTo(new[] { 3L }));
        Assert.That(Reopen().Votes.Select(entry => entry.Slot.Number), Is.EqualTo(new[] { 1L, 2L, 3L }));
    }

    [Test]
    public void The_last_decided_slot_is_on_the_disk_when_the_log_ends()
    {
        _queue.Append([Accepted(1), Accepted(2)], recordsThrough: 2, Slot.Zero);
        _queue.Append([], recordsThrough: 2, new Slot(2));

        RunToTheEnd();

        Assert.That(Reopen().Decided, Is.EqualTo(new Slot(2)));
    }

    [Test]
    public void A_decided_slot_that_comes_after_the_certification_is_noted_too()
    {
        using (ReplicaStore store = ReplicaStore.Open(new PosixDirectory(_directory), _small, Guid.NewGuid()))
        {
            store.Append([Accepted(1)], 1, Slot.Zero);
            store.Sync();
            store.Certify(Slot.Zero);
            Assert.That(store.NeedsCertification, Is.False);

            store.Certify(new Slot(1));
        }

        Assert.That(Reopen().Decided, Is.EqualTo(new Slot(1)));
    }

    [Test]
    public void Who_waits_for_a_peer_to_be_remembered_is_answered_when_it_is_durable()
    {
        Task remembered = _queue.RememberAsync(new ReplicaId(1), _memory);
        Assert.That(remembered.IsCompleted, Is.False);

        RunToTheEnd();

        Assert.That(remembered.IsCompletedSuccessfully, Is.True);
        Assert.That(ReplicaStore.ReadIdentity(new PosixDirectory(_directory)).Peer(new ReplicaId(1)), Is.EqualTo(_memory));
    }

    [Test]
    public void What_was_heard_of_peers_is_durable_at_the_end()
    {
        _ = _queue.RememberAsync(new ReplicaId(1), _memory);
        _heard = [new HeardMark(new ReplicaId(1), _memory.Start, new View(7), new Slot(40))];

        RunToTheEnd();

        PeerMemory after = ReplicaStore.ReadIdentity(new PosixDirectory(_directory)).Peer(new ReplicaId(1));
        Assert.That(after, Is.EqualTo(_memory with { Promised = new View(7), Voted = new Slot(40) }));
    }

    [Test]
    public void Nobody_waits_for_a_log_that_has_ended()
    {
        Task before = _queue.RememberAsync(new ReplicaId(1), _memory);
        _queue.Abandon();
        Task after = _queue.RememberAsync(new ReplicaId(2), _memory);

        Assert.That(before.IsCanceled, Is.True);
        Assert.That(after.IsCanceled, Is.True);
    }

    [Test]
    public void A_queue_that_is_full_says_so_before_the_next_turn()
    {
        Assert.That(_queue.HasRoom, Is.True);

        _queue.Append([Accepted(1), Accepted(2)], recordsThrough: 2, Slot.Zero);

        Assert.That(_queue.HasRoom, Is.False);
        _queue.Take(new LogBatch(), milliseconds: 0);
        Assert.That(_queue.HasRoom, Is.True);
    }

    [Test]
    public void A_queue_is_full_by_bytes_too()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(new ClientRequest(new SessionId(1), new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, new byte[1024 * 1024]));

        _queue.Append([new AcceptedRecord(View.First, new Slot(1), builder.Build(timestamp: 1))], recordsThrough: 1, Slot.Zero);

        Assert.That(_queue.HasRoom, Is.False);
    }

    private static AcceptedRecord Accepted(long slot) => new(View.First, new Slot(slot), Entry.NoOp);

    private void RunToTheEnd()
    {
        using ReplicaStore store = ReplicaStore.Open(new PosixDirectory(_directory), _small, Guid.NewGuid());
        _queue.Close();
        NodeLimits limits = new();
        new LogThread(store, _queue, _synced.Add, () => _heard, limits, new RunningClock(TimeProvider.System), TimeProvider.System).Run();
    }

    private RecoveredState Reopen() => ReplicaStore.ReadOnly(new PosixDirectory(_directory));
}
