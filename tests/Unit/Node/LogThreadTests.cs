using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Tests.Unit.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Time;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogThreadTests : IDisposable
{
    private static readonly StoreOptions _small = new() { SegmentBytes = 64 * 1024, FirstSegmentBytes = 64 * 1024, PreparationBytes = 16 * 1024 };

    private readonly string _directory = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"log-{Guid.NewGuid():N}");
    private readonly WakeSignal _work = new(spinMicroseconds: 0);
    private readonly LogQueue _queue;
    private readonly List<long> _synced = [];
    private readonly PeerMemory _memory = new(5, new StartMark(6, Guid.NewGuid()), new View(1), new Slot(2), default);
    private IReadOnlyList<HeardMark> _heard = [];

    public LogThreadTests()
    {
        _queue = new LogQueue(new LogLimits { Records = 2, Bytes = 1024 * 1024 }, _work.Set);
        Directory.CreateDirectory(_directory);
        ReplicaIdentity identity = new()
        {
            Cluster = Guid.Empty,
            Group = new GroupId(1),
            Replica = new ReplicaId(0),
            ReplicaCount = 3,
            MembersHash = 42,
            Identity = 7,
        };
        ReplicaStore.Create(StorageDirectory.Of(_directory), identity, _small);
    }

    public void Dispose()
    {
        _work.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public void Everything_that_waits_is_synced_at_once_and_reported_by_its_last_number()
    {
        _queue.Append([Accepted(1), Accepted(2)], recordsThrough: new(2), Slot.Zero);
        _queue.Append([Accepted(3)], recordsThrough: new(3), Slot.Zero);

        RunToTheEnd();

        Assert.That(_synced, Is.EqualTo(new[] { 3L }));
        Assert.That(Reopen().Votes.Select(entry => entry.Slot.Number), Is.EqualTo(new[] { 1L, 2L, 3L }));
    }

    [Test]
    public void The_last_decided_slot_is_on_the_disk_when_the_log_ends()
    {
        _queue.Append([Accepted(1), Accepted(2)], recordsThrough: new(2), Slot.Zero);
        _queue.Append([], recordsThrough: new(2), new Slot(2));

        RunToTheEnd();

        Assert.That(Reopen().Decided, Is.EqualTo(new Slot(2)));
    }

    [Test]
    public void Who_waits_for_a_peer_to_be_remembered_is_answered_when_it_is_durable()
    {
        List<bool> remembered = [];
        _queue.Remember(new ReplicaId(1), _memory, remembered.Add);
        Assert.That(remembered, Is.Empty);

        RunToTheEnd();

        Assert.That(remembered, Is.EqualTo(new[] { true }));
        Assert.That(ReplicaStore.ReadIdentities(StorageDirectory.Of(_directory))[0].Peer(new ReplicaId(1)), Is.EqualTo(_memory));
    }

    [Test]
    public void What_was_heard_of_peers_is_durable_at_the_end()
    {
        _queue.Remember(new ReplicaId(1), _memory, static _ => { });
        _heard = [new HeardMark(new ReplicaId(1), _memory.Start, new View(7), new Slot(40))];

        RunToTheEnd();

        PeerMemory after = ReplicaStore.ReadIdentities(StorageDirectory.Of(_directory))[0].Peer(new ReplicaId(1));
        Assert.That(after, Is.EqualTo(_memory with { Promised = new View(7), Voted = new Slot(40) }));
    }

    [Test]
    public void Nobody_waits_for_a_log_that_has_ended()
    {
        List<bool> before = [];
        List<bool> after = [];
        _queue.Remember(new ReplicaId(1), _memory, before.Add);
        _queue.Abandon();
        _queue.Remember(new ReplicaId(2), _memory, after.Add);

        Assert.That(before, Is.EqualTo(new[] { false }));
        Assert.That(after, Is.EqualTo(new[] { false }));
    }

    [Test]
    public void A_queue_that_is_full_says_so_before_the_next_turn()
    {
        Assert.That(_queue.HasRoom, Is.True);

        _queue.Append([Accepted(1), Accepted(2)], recordsThrough: new(2), Slot.Zero);

        Assert.That(_queue.HasRoom, Is.False);
        _queue.TryTake(new LogBatch());
        Assert.That(_queue.HasRoom, Is.True);
    }

    [Test]
    public void A_queue_is_full_by_bytes_too()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(new ClientRequest(new SessionId(1), new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, new byte[1024 * 1024]));

        _queue.Append([Record.OfAccepted(View.First, new Slot(1), builder.Build(new(default, 1, 1)))], recordsThrough: new(1), Slot.Zero);

        Assert.That(_queue.HasRoom, Is.False);
    }

    [Test]
    public void Whoever_may_have_space_to_give_back_is_told_that_the_disk_is_full()
    {
        StoreFixture fixture = new();
        fixture.Disk.Budget = fixture.Disk.UsedBytes;
        NodeLimits limits = new() { Log = new LogLimits { FullPause = TimeSpan.Zero } };
        LogScheduler scheduler = new(fixture.Store, [new LogGroup(_queue, static () => [], static () => { })], limits.Log);
        RunningClock clock = new(TimeProvider.System.Milliseconds(), ConnectionWatch.Pauses);
        int told = 0;
        LogThread thread = new(fixture.Store, [_queue], scheduler, [record => _synced.Add(record.Number)], limits, clock, TimeProvider.System, _work)
        {
            OnFull = () =>
            {
                told++;
                fixture.Disk.Budget = long.MaxValue;
            },
        };
        _queue.Append([StoreFixture.Accepted(0, 1, 11, padding: 40_000)], recordsThrough: new(1), Slot.Zero);
        _queue.Close();

        thread.Run();

        Assert.That(told, Is.GreaterThan(0));
        Assert.That(_synced, Is.EqualTo(new[] { 1L }));
    }

    private static Record Accepted(long slot) => Record.OfAccepted(View.First, new Slot(slot), Entry.NoOp);

    private void RunToTheEnd()
    {
        using ReplicaStore store = ReplicaStore.Open(StorageDirectory.Of(_directory), _small, Guid.NewGuid());
        _queue.Close();
        NodeLimits limits = new();
        LogScheduler scheduler = new(store, [new LogGroup(_queue, () => _heard, static () => { })], limits.Log);
        new LogThread(store, [_queue], scheduler, [record => _synced.Add(record.Number)], limits, new RunningClock(TimeProvider.System.Milliseconds(), ConnectionWatch.Pauses), TimeProvider.System, _work).Run();
    }

    private RecoveredState Reopen() => ReplicaStore.ReadOnly(StorageDirectory.Of(_directory))[0].State;
}
