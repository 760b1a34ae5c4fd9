using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>When a snapshot is begun after a full disk, a rotten one or a cancelled one: a log and its state, and no group around them.</summary>
public sealed class CompactionTimesTests
{
    private Effects _effects = null!;
    private StepTime _time = null!;
    private EntryLog _log = null!;
    private Executor _executor = null!;
    private Compaction _compaction = null!;
    private long _sequence;

    [Test]
    public void A_disk_that_stays_full_is_left_alone_for_twice_as_long_each_time_up_to_a_hundred_times()
    {
        GroupOptions options = Start(snapshotBytes: 1);
        long shortest = 20L * options.TimeoutTicks;
        Put("key", 10);
        List<long> attempts = [];
        for (; attempts.Count < 10; _time.Tick++)
        {
            if (Advance().Count == 0)
                continue;
            attempts.Add(_time.Tick);
            _compaction.OnDropped(_executor.State.Executed);
        }

        Assert.That(attempts.Zip(attempts.Skip(1), static (one, next) => next - one), Is.EqualTo(new[] { 1, 2, 4, 8, 16, 32, 64, 100, 100 }.Select(times => times * shortest)));
    }

    [Test]
    public void After_a_snapshot_that_had_space_the_first_pause_is_short_again()
    {
        GroupOptions options = Start(snapshotBytes: 1);
        Put("key", 10);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            Advance();
            _compaction.OnDropped(_executor.State.Executed);
            _time.Tick += 1000L * options.TimeoutTicks;
        }

        Complete();
        Put("key", 10);
        Assert.That(Advance(), Is.Not.Empty);
        _compaction.OnDropped(_executor.State.Executed);

        _time.Tick += (20L * options.TimeoutTicks) - 1;
        Assert.That(Advance(), Is.Empty);
        _time.Tick++;
        Assert.That(Advance(), Is.Not.Empty);
    }

    [Test]
    public void A_snapshot_that_cannot_be_read_any_more_is_replaced_at_once_although_it_is_wanted()
    {
        Start(snapshotBytes: 1000);
        Put("key", 2000);
        SnapshotMark mark = Complete();
        _compaction.OnWanted(mark.Slot);
        Put("key", 10);
        Assert.That(Advance(), Is.Empty, "so little is not worth another one");
        _compaction.OnUnreadable(mark with { Hash = ~mark.Hash });
        Assert.That(Advance(), Is.Empty, "it is another one that cannot be read");

        _compaction.OnUnreadable(mark);

        SnapshotMark next = Complete();
        Assert.That(next.Slot, Is.EqualTo(mark.Slot.Next));
        Put("key", 10);
        Assert.That(Advance(), Is.Empty, "the new one can be read");
    }

    [Test]
    public void What_cannot_be_read_waits_for_a_slot_that_is_executed_since()
    {
        Start(snapshotBytes: 1000);
        Put("key", 2000);
        _compaction.OnUnreadable(Complete());

        Assert.That(Advance(), Is.Empty);
        Put("key", 10);
        Assert.That(Advance(), Is.Not.Empty);
    }

    [Test]
    public void What_a_cancelled_export_keeps_is_given_back_in_some_steps_and_the_next_one_begins_behind_them()
    {
        const int Keys = 2 * ShardMachineExport.KeysGivenBack;
        Start(snapshotBytes: 1);
        for (int number = 0; number < Keys; number++)
            Put($"key {number}", 10);
        Assert.That(Advance(), Is.Not.Empty);
        for (int number = 0; number < Keys; number++)
            Put($"key {number}", 10);
        long kept = _compaction.KeptBytes;

        _compaction.Cancel();

        Assert.That(_compaction.KeptBytes, Is.InRange(kept / 4, 3 * kept / 4));
        Assert.That(_compaction.UnderWay, Is.Zero);
        Assert.That(Advance(), Is.Empty);
        Assert.That(_compaction.KeptBytes, Is.Zero);
        Assert.That(Advance().Select(static piece => piece.Number), Is.EqualTo(new[] { 0L }));
    }

    [Test]
    public void A_snapshot_that_others_wait_for_is_taken_although_little_was_written_and_once_more_when_it_was_cancelled()
    {
        Start(snapshotBytes: 1_000_000);
        Put("key", 10);
        Assert.That(Advance(), Is.Empty);

        _compaction.OnNeeded();
        Assert.That(Advance(), Is.Not.Empty);
        _compaction.Cancel();
        Assert.That(Advance().Concat(Advance()).Select(static piece => piece.Number), Does.Contain(0L), "it begins anew");

        _compaction.OnDropped(_executor.State.Executed);
        _time.Tick += 1_000_000;
        Complete();
        Put("key", 10);
        Assert.That(Advance(), Is.Empty, "it is there");
    }

    [Test]
    public void A_walk_hands_out_a_piece_a_tick_and_more_the_more_is_written_meanwhile()
    {
        Start(snapshotBytes: 1_000_000, pieceBytes: 100);
        for (int key = 0; key < 40; key++)
            Put($"key {key}", 100);
        _compaction.OnNeeded();

        for (int tick = 0; tick < 10; tick++, _time.Tick++)
            Assert.That(Enumerable.Range(0, 5).Sum(_ => Advance().Count), Is.EqualTo(1), "steps of a tick");

        Put("another", 1000);
        Put("another", 1000);
        Assert.That(Enumerable.Range(0, 5).Sum(_ => Advance().Count), Is.GreaterThan(1));
        Complete();
    }

    [Test]
    public void The_first_walk_since_the_start_ends_as_early_however_large_the_state_is()
    {
        Start(snapshotBytes: 10_000, pieceBytes: 100);
        for (int key = 0; key < 100; key++)
            Put($"key {key}", 1000);
        Advance();

        List<PieceToWrite> pieces = [];
        for (int put = 0; put < 3; put++)
        {
            Put("another", 1000);
            for (int step = 0; step < 200; step++)
                pieces.AddRange(Advance());
        }

        Assert.That(pieces[^1].Mark, Is.Not.Null, "in one tick, while about a quarter of what makes the next one due is executed");
    }

    [Test]
    public void After_the_snapshot_of_another_replica_a_large_state_is_not_walked_soon()
    {
        Start(snapshotBytes: 2500);
        for (int key = 0; key < 100; key++)
            Put($"key {key}", 1000);
        _compaction.OnDurable(new SnapshotMark(_log.Decided, _executor.State.Hash));

        Assert.That(PutsUntilBegun(), Is.InRange(30, 40), "16 times as much as the options say");
    }

    [Test]
    public void Replicas_that_execute_the_same_begin_at_different_slots()
    {
        List<int> begun = [];
        for (int replica = 0; replica < 3; replica++)
        {
            Start(snapshotBytes: 100_000, self: replica, count: 3);
            begun.Add(PutsUntilBegun());
        }

        Assert.That(begun, Is.Ordered.Descending.And.Unique);
        Assert.That(begun[^1] * 2, Is.GreaterThan(begun[0]), "none takes twice as many");
    }

    private GroupOptions Start(long snapshotBytes, int pieceBytes = 1000, int self = 0, int count = 1)
    {
        GroupOptions options = new() { ReplicaCount = count, Self = new ReplicaId(self), SnapshotBytes = snapshotBytes, SnapshotPieceBytes = pieceBytes };
        _sequence = 0;
        _effects = new Effects();
        _time = new StepTime();
        _log = new EntryLog(RecoveredState.Fresh);
        _executor = new Executor(new ReplicatedState(options.Sessions, options.SessionWindow, new ShardMachine()), _log, new StateAgreement(options), _effects);
        _compaction = new Compaction(options, RecoveredState.Fresh, _time, _executor, _log, new Outbox(options, _effects));
        return options;
    }

    private int PutsUntilBegun()
    {
        int puts = 0;
        for (; Advance().Count == 0; puts++)
            Put("key", 1000);
        return puts;
    }

    /// <summary>Decides and executes a slot in which a key gets a value.</summary>
    private void Put(string key, int bytes)
    {
        _sequence++;
        byte[] command = KeyCommand.Put(Encoding.UTF8.GetBytes(key), new byte[bytes]).Encode();
        Slot slot = _log.Decided.Next;
        _log.Learn(slot, ExecutedLog.EntryOf(1000 + _sequence, ExecutedLog.Request(new SessionId(1), _sequence, command, acknowledgedBelow: _sequence)));
        _log.MarkDecided(slot);
        Assert.That(_executor.TryExecuteNext(out Entry executed), Is.True);
        Assert.That(_executor.Results[0].Status, Is.EqualTo(ReplyStatus.Ok));
        _compaction.OnExecuted(executed);
        _executor.Agreement.OnAgreed(slot, _executor.State.Hash);
    }

    /// <summary>The end of a step; what it hands out is written at once.</summary>
    private List<PieceToWrite> Advance()
    {
        _effects.Clear();
        _compaction.Advance(mayBegin: true, isFarBehind: false);
        foreach (PieceToWrite piece in _effects.PiecesToWrite)
            _compaction.OnWritten(piece.Slot, piece.Number + 1, piece.Bytes);
        return [.. _effects.PiecesToWrite];
    }

    /// <summary>Goes on until a snapshot is durable.</summary>
    private SnapshotMark Complete()
    {
        for (int steps = 0; steps < 100; steps++)
        {
            if (Advance() is not [.., { Mark: { } mark }])
            {
                _time.Tick++;
                continue;
            }

            _compaction.OnDurable(mark);
            return mark;
        }

        throw new InvalidOperationException("no snapshot came to its end");
    }
}
