using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Groups;

/// <summary>A segment is given back when the snapshots of all groups have what stands in it; who keeps it is told.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SharedReleaseTests
{
    private readonly LogQueue[] _queues = [.. Enumerable.Range(0, 3).Select(static _ => new LogQueue(new LogLimits(), static () => { }))];
    private readonly int[] _told = new int[3];
    private readonly long[] _through = new long[3];

    [Test]
    public void A_group_that_writes_nothing_never_holds_the_log_back([Range(0, 2)] int writer)
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3);
        long last = fixture.FillSegmentsWith(writer, 4);
        fixture.PublishOf(writer, last);
        long[] inSnapshots = [.. Enumerable.Range(0, 3).Select(group => group == writer ? last : 0)];

        Assert.That(Holding(fixture, inSnapshots), Is.Empty);
        while (fixture.TryRelease(inSnapshots))
        {
        }

        Assert.That(fixture.Segments, Has.Count.EqualTo(1));
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Of(writer).Decided, Is.EqualTo(new Slot(last)));
        Assert.That(fixture.Store.Groups.Select(static group => (group.Recovered.Faulty.Count, group.Recovered.FaultyFrom)), Is.All.EqualTo((0, Slot.Zero)));
    }

    [Test]
    public void A_group_that_wrote_once_holds_the_log_back_until_its_snapshot_has_it([Range(0, 2)] int quiet)
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3);
        int writer = (quiet + 1) % 3;
        fixture.AppendTo(quiet, Accepted(0, 1, 11));
        long last = fixture.FillSegmentsWith(writer, 4);
        fixture.PublishOf(writer, last);
        long[] inSnapshots = [.. Enumerable.Range(0, 3).Select(group => group == writer ? last : 0)];

        Assert.That(fixture.TryRelease(inSnapshots), Is.False);
        Assert.That(Holding(fixture, inSnapshots), Is.EqualTo(new[] { quiet }));
        StoreFixture copy = fixture.OnCloneOfItsDisk();
        copy.Disk.Crash(() => 1UL);
        copy.Reopen();
        Assert.That(copy.Of(quiet).Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
        Assert.That(copy.TryRelease(inSnapshots), Is.False, "nor after a start");
        Assert.That(Holding(copy, inSnapshots), Is.EqualTo(new[] { quiet }));

        fixture.PublishOf(quiet, 1);
        inSnapshots[quiet] = 1;
        Assert.That(Holding(fixture, inSnapshots), Is.Empty);
        Assert.That(new[] { fixture.TryRelease(inSnapshots), fixture.TryRelease(inSnapshots), fixture.TryRelease(inSnapshots), fixture.TryRelease(inSnapshots) }, Is.EqualTo(new[] { true, true, true, false }));
    }

    /// <summary>Nothing says any more what the second segment has before it; the third one does.</summary>
    [Test]
    public void Who_holds_the_log_back_is_told_also_when_the_header_of_the_second_segment_is_bad()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(2);
        fixture.AppendTo(1, Accepted(0, 1, 11));
        long last = fixture.FillSegmentsWith(0, 4);
        fixture.PublishOf(0, last);
        fixture.Stop();
        fixture.Disk.Damage(fixture.Segments[1], 0, new byte[fixture.Disk.Platter(fixture.Segments[1]).Length]);
        fixture.Reopen();

        Assert.That(fixture.TryRelease(last, 0), Is.False);
        Assert.That(Holding(fixture, last, 0), Does.Contain(1));
    }

    [Test]
    public void The_scheduler_tells_a_group_once_for_each_of_its_snapshots_that_it_holds_the_log_back()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3);
        LogScheduler log = new(fixture.Store, [.. _queues.Select((queue, group) => new LogGroup(queue, static () => [], () => _told[group]++))], new LogLimits());
        Write(log, 1, 1);
        long last = Fill(fixture, log, 4, from: 1);
        Assert.That(_told, Is.All.Zero);

        Publish(fixture, log, 0, last);
        Assert.That(_told, Is.EqualTo(new[] { 0, 1, 0 }));
        Assert.That(fixture.Segments, Has.Count.EqualTo(4));
        last = Fill(fixture, log, 6, from: last + 1);
        Publish(fixture, log, 0, last);
        Assert.That(_told, Is.EqualTo(new[] { 0, 1, 0 }), "it knows");

        Publish(fixture, log, 1, 1);
        Assert.That(fixture.Segments, Has.Count.EqualTo(1));
        Assert.That(_told, Is.EqualTo(new[] { 0, 1, 0 }));

        Write(log, 1, 2);
        Write(log, 2, 1);
        last = Fill(fixture, log, 3, from: last + 1);
        Publish(fixture, log, 0, last);
        Assert.That(_told, Is.EqualTo(new[] { 0, 2, 1 }));
        Publish(fixture, log, 2, 1);
        Assert.That(fixture.Segments, Has.Count.EqualTo(3));
        Publish(fixture, log, 1, 2);
        Assert.That(fixture.Segments, Has.Count.EqualTo(1));
        Assert.That(_told, Is.EqualTo(new[] { 0, 2, 1 }));
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Decided.Number), Is.EqualTo(new[] { last, 2, 1 }));
    }

    private static int[] Holding(StoreFixture fixture, params long[] inSnapshots) =>
        [.. Enumerable.Range(0, inSnapshots.Length).Where(group => fixture.Store.IsHeldBackBy(group, new Slot(inSnapshots[group])))];

    private static void Run(LogScheduler log)
    {
        // Dead segments lose their space a part each 20 ms.
        for (long now = 0; now < 1000; now += LogLimits.ShrinkMilliseconds)
        {
            while (log.Next(now) != LogAction.None)
            {
            }
        }
    }

    private void Write(LogScheduler log, int group, long slot)
    {
        _queues[group].Append([Accepted(0, slot, slot, padding: 3000)], new RecordNumber(++_through[group]), Slot.Zero);
        Run(log);
    }

    private long Fill(StoreFixture fixture, LogScheduler log, int segments, long from)
    {
        long slot = from - 1;
        while (fixture.Segments.Count < segments)
            Write(log, 0, ++slot);
        return slot;
    }

    private void Publish(StoreFixture fixture, LogScheduler log, int group, long slot)
    {
        fixture.PublishOf(group, slot);
        _queues[group].Append([], new RecordNumber(_through[group]), Slot.Zero, new Slot(slot));
        Run(log);
    }
}
