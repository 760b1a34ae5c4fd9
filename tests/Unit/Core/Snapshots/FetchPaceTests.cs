using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>How fast a replica that lags fetches what it lacks while the others serve.</summary>
[TestFixture]
internal sealed class FetchPaceTests
{
    private readonly GroupOptions _options = new() { ReplicaCount = 3, Self = new ReplicaId(2) };
    private Slot _heard;
    private StepTime _time = null!;
    private FetchPace _pace = null!;

    [SetUp]
    public void SetUp()
    {
        _heard = new Slot(1000);
        _time = new StepTime();
        _pace = new FetchPace(_options, _time);
    }

    [Test]
    public void It_fetches_as_fast_as_it_can_before_it_has_heard_of_others_when_they_decide_nothing_and_when_they_are_silent()
    {
        Assert.That(_pace.IsPaced, Is.False, "nobody was heard");
        Hear(slotsInTick: 0, ticks: 1);
        Assert.That(_pace.IsPaced, Is.True, "whether they decide is not known yet");
        Hear(slotsInTick: 0, _options.TimeoutTicks);
        Assert.That(_pace.IsPaced, Is.False, "they decide nothing");
        Hear(slotsInTick: 1, _options.TimeoutTicks);
        Assert.That(_pace.IsPaced, Is.True, "they decide");
        _time.Tick += 2 * _options.TimeoutTicks;
        Assert.That(_pace.IsPaced, Is.False, "they are silent");
    }

    [Test]
    public void It_fetches_three_times_as_many_slots_in_a_tick_as_are_decided_in_one_half_of_them_at_once()
    {
        Hear(slotsInTick: 100, 2 * _options.TimeoutTicks);

        Assert.That(_pace.SlotsAtOnce, Is.EqualTo(150));
        _pace.OnSlots(299, 0);
        Assert.That(_pace.MayFetchSlots, Is.True);
        _pace.OnSlots(1, 0);
        Assert.That(_pace.MayFetchSlots, Is.False);
        _time.Tick++;
        Assert.That(_pace.MayFetchSlots, Is.True);
        _pace.OnSlots(299, 0);
        Assert.That(_pace.MayFetchSlots, Is.True, "each tick is counted anew");
    }

    [Test]
    public void Where_little_is_decided_it_fetches_64_slots_in_a_tick()
    {
        Hear(slotsInTick: 1, 2 * _options.TimeoutTicks);

        _pace.OnSlots(63, 0);
        Assert.That(_pace.MayFetchSlots, Is.True);
        _pace.OnSlots(1, 0);
        Assert.That(_pace.MayFetchSlots, Is.False);
    }

    [Test]
    public void Where_slots_are_large_it_fetches_32_KiB_in_a_tick_and_rests_until_an_answer_that_had_more_is_due()
    {
        Hear(slotsInTick: 100, 2 * _options.TimeoutTicks);

        _pace.OnSlots(1, 28 * 1024);
        Assert.That(_pace.MayFetchSlots, Is.True);
        _pace.OnSlots(2, 100 * 1024);
        for (int tick = 0; tick < 4; tick++)
        {
            Assert.That(_pace.MayFetchSlots, Is.False, $"{tick} ticks later");
            _time.Tick++;
        }

        Assert.That(_pace.MayFetchSlots, Is.True);
    }

    [Test]
    public void When_that_has_not_gained_on_the_others_for_2000_ticks_twice_as_many_bytes_come_in_one_and_few_again_when_it_lacks_nothing()
    {
        Hear(slotsInTick: 100, 2 * _options.TimeoutTicks);
        for (int tick = 0; tick < 2000 + _options.TimeoutTicks; tick++)
        {
            _pace.OnSlots(1, 32 * 1024);
            Hear(slotsInTick: 100, ticks: 1);
        }

        _pace.OnSlots(1, 60 * 1024);
        Assert.That(_pace.MayFetchSlots, Is.True);
        _pace.OnSlots(1, 4 * 1024);
        Assert.That(_pace.MayFetchSlots, Is.False);

        Hear(slotsInTick: 100, 2 * (2000 + _options.TimeoutTicks));
        _pace.OnSlots(1, 32 * 1024);
        Assert.That(_pace.MayFetchSlots, Is.False);
    }

    [Test]
    public void And_twice_as_many_slots_where_these_hold_it_back()
    {
        Hear(slotsInTick: 100, 2 * _options.TimeoutTicks);
        for (int tick = 0; tick < 2000 + _options.TimeoutTicks; tick++)
        {
            _pace.OnSlots(100, 1024);
            Hear(slotsInTick: 100, ticks: 1);
        }

        Assert.That(_pace.SlotsAtOnce, Is.EqualTo(300));
        _pace.OnSlots(599, 1024);
        Assert.That(_pace.MayFetchSlots, Is.True);
        _pace.OnSlots(1, 0);
        Assert.That(_pace.MayFetchSlots, Is.False);
    }

    [Test]
    public void What_came_without_a_pace_does_not_keep_it_from_fetching_later()
    {
        Hear(slotsInTick: 100, 2 * _options.TimeoutTicks);

        for (int answer = 0; answer < 1000; answer++)
            _pace.OnSlots(1, 128 * 1024); // For a candidate, say.

        Assert.That(_pace.MayFetchSlots, Is.False);
        _time.Tick += 5;
        Assert.That(_pace.MayFetchSlots, Is.True);
    }

    [Test]
    public void As_long_as_it_gains_on_the_others_the_bytes_in_a_tick_stay_as_they_are()
    {
        Hear(slotsInTick: 100, 2 * _options.TimeoutTicks);
        for (int tick = 0; tick < 2000 + _options.TimeoutTicks; tick++)
        {
            _pace.OnSlots(250, 32 * 1024);
            Hear(slotsInTick: 100, ticks: 1);
        }

        _pace.OnSlots(1, 32 * 1024);
        Assert.That(_pace.MayFetchSlots, Is.False);
    }

    [TestCase(10, 1)]
    [TestCase(8_000, 1)]
    [TestCase(8_001, 2)]
    public void It_fetches_a_piece_in_three_ticks_or_so_many_that_24000_ticks_are_enough(long count, int pieces)
    {
        Hear(slotsInTick: 1, 2 * _options.TimeoutTicks);

        for (int piece = 0; piece < pieces; piece++)
        {
            Assert.That(_pace.MayFetchPiece(count), Is.True);
            _pace.OnPiece();
        }

        Assert.That(_pace.MayFetchPiece(count), Is.False);
        for (int tick = 1; tick < 3; tick++)
        {
            _time.Tick++;
            Assert.That(_pace.MayFetchPiece(count), Is.False);
        }

        _time.Tick++;
        Assert.That(_pace.MayFetchPiece(count), Is.True);
    }

    [Test]
    public void While_the_others_serve_a_snapshot_comes_a_piece_in_three_ticks_and_to_its_end_and_what_is_above_it_in_small_portions()
    {
        SnapshotGroup group = LagBehind();

        List<int> pieces = [];
        long most = 0;
        for (int tick = 0; tick < 800 && group.Cluster[2].Executed < group.Cluster[0].Executed; tick++)
        {
            group.Cluster.Sent.Clear();
            if (tick % 4 == 0)
                group.Send(1); // Which takes a tick.
            else
                group.Cluster.Run(1);
            pieces.Add(group.Cluster.Sent.Count(static sent => sent.Message is SnapshotRequest));
            foreach (CatchUpRequest request in group.Cluster.Sent.Select(static sent => sent.Message).OfType<CatchUpRequest>())
                most = Math.Max(most, request.Last - request.First + 1);
        }

        Assert.That(group.Cluster[2].Executed, Is.EqualTo(group.Cluster[0].Executed));
        Assert.That(pieces.Sum(), Is.GreaterThan(30));
        Assert.That(pieces.Max(), Is.EqualTo(1));
        Assert.That(most, Is.InRange(1, 32));
    }

    [Test]
    public void When_the_others_have_nothing_to_do_many_pieces_come_in_a_tick()
    {
        SnapshotGroup group = LagBehind();

        List<int> pieces = [];
        for (int tick = 0; tick < 100; tick++)
        {
            group.Cluster.Sent.Clear();
            group.Cluster.Run(1);
            pieces.Add(group.Cluster.Sent.Count(static sent => sent.Message is SnapshotRequest));
        }

        Assert.That(group.Cluster[2].Executed, Is.EqualTo(group.Cluster[0].Executed));
        Assert.That(pieces.Max(), Is.GreaterThan(10));
    }

    [Test]
    public void When_the_sender_has_begun_another_snapshot_that_one_comes_without_rest_although_the_others_serve()
    {
        SnapshotGroup group = LagBehind();
        HashSet<SnapshotMark> marks = [];
        int most = 0;
        for (int tick = 0; tick < 400 && group.Cluster[2].Executed < group.Cluster[0].Executed; tick++)
        {
            group.Cluster.Sent.Clear();
            Assert.That(group.Put("key", 2000), Is.EqualTo(ReplyStatus.Ok)); // The log of the sender soon is too long to be kept.
            SnapshotRequest[] requests = [.. group.Cluster.Sent.Select(static sent => sent.Message).OfType<SnapshotRequest>()];
            marks.UnionWith(requests.Select(static request => request.Mark));
            if (marks.Count == 1)
                Assert.That(requests, Has.Length.LessThanOrEqualTo(1));
            most = Math.Max(most, requests.Length);
        }

        Assert.That(group.Cluster[2].Executed, Is.EqualTo(group.Cluster[0].Executed));
        Assert.That(marks, Has.Count.GreaterThan(1));
        Assert.That(most, Is.GreaterThan(10));
    }

    [Test]
    public void A_newer_snapshot_takes_the_place_of_one_that_is_hardly_begun_and_comes_in_no_hurry()
    {
        SnapshotGroup group = new();
        group.Send(5);
        group.CutOff(2);
        group.Send(80);
        Slot before = group.Cluster[0].Snapshot.Slot;
        while (group.Cluster[0].Load.SnapshotPieces == 0)
            group.Send(1); // The next snapshot is begun when the other replica comes back.
        group.Cluster.HealAll();

        Dictionary<Slot, int> requests = [];
        for (int tick = 0; tick < 1000 && group.Cluster[2].Executed < group.Cluster[0].Executed; tick++)
        {
            group.Cluster.Sent.Clear();
            if (tick % 4 == 0)
                group.Send(1);
            else
                group.Cluster.Run(1);
            SnapshotRequest[] asked = [.. group.Cluster.Sent.Select(static sent => sent.Message).OfType<SnapshotRequest>()];
            Assert.That(asked, Has.Length.LessThanOrEqualTo(1));
            foreach (SnapshotRequest request in asked)
                requests[request.Mark.Slot] = requests.GetValueOrDefault(request.Mark.Slot) + 1;
        }

        Assert.That(group.Cluster[2].Executed, Is.EqualTo(group.Cluster[0].Executed));
        Assert.That(requests, Has.Count.EqualTo(2));
        Assert.That(requests[requests.Keys.Min()], Is.LessThan(requests[requests.Keys.Max()] / 3));
        Assert.That(group.Cluster[2].Snapshot.Slot, Is.GreaterThan(before));
    }

    [Test]
    public void While_it_lags_far_behind_others_that_serve_it_begins_no_snapshot_of_its_own_and_does_afterwards()
    {
        SnapshotGroup group = new(snapshotBytes: static index => index == 2 ? 60_000 : 400_000);
        group.Send(5);
        group.CutOff(2);
        for (int number = 0; number < 240; number++)
            group.Put("key", 4000);
        group.Cluster.Run(20);
        group.Cluster.HealAll();
        List<long> piecesWhileItLags = [];
        int begun = 0;
        for (int tick = 0; tick < 400 && begun == 0; tick++)
        {
            group.Put("key", 4000);
            CoreLoad load = group.Cluster[2].Load;
            bool hasTaken = group.Cluster[2].Snapshot.Slot > Slot.Zero;
            if (hasTaken && load.SlotsToFetch > 8)
                piecesWhileItLags.Add(load.SnapshotPieces);
            else if (hasTaken && load.SnapshotPieces > 0)
                begun = tick;
        }

        Assert.That(piecesWhileItLags, Has.Count.GreaterThan(2).And.All.Zero);
        Assert.That(begun, Is.Positive);
    }

    private static SnapshotGroup LagBehind()
    {
        SnapshotGroup group = new();
        group.Send(5);
        group.CutOff(2);
        group.Send(80);
        group.Cluster.Run(20);
        group.Cluster.HealAll();
        return group;
    }

    private void Hear(int slotsInTick, int ticks)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            _time.Tick++;
            _heard += slotsInTick;
            _pace.OnDecidedHeard(_heard);
        }
    }
}
