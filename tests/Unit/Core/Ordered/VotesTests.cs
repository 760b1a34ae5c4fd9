using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>What a primary tells of operations that wait for nothing but their gates, and what it knows by the votes of all (ordered rule M14).</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class VotesTests : FollowedBurst
{
    [Test]
    public void What_is_ready_behind_all_that_is_ready_is_prepared_and_firm_when_all_are_prepared()
    {
        PlacementToken promise = PlaceBoth();
        Execute();
        Told.Clear();

        Hear(3, OperationState.Ready, Three, promise);
        Assert.That(Told, Is.Empty, "1 is not firm");
        Hear(1, OperationState.Firm, One);
        Assert.That(Told.Select(static note => (note.Sequence.Number, note.State)), Is.EqualTo(new[] { (2L, OperationState.Firm), (4L, OperationState.Prepared) }));
        Assert.That(Foretold, Is.EqualTo(new[] { 2L }));

        Hear(3, OperationState.Prepared, Three, promise);
        Assert.That(Foretold, Is.EqualTo(new[] { 2L, 4 }));
        Assert.That(Told, Has.Count.EqualTo(2), "that what is prepared takes effect others find out themselves");
        Follow(4);
        Assert.That(Told[^1].State, Is.EqualTo(OperationState.Firm), "or ask for");
    }

    [Test]
    public void What_is_only_ready_makes_nothing_firm()
    {
        PlacementToken promise = PlaceBoth();
        Execute();
        Hear(1, OperationState.Firm, One);
        Hear(3, OperationState.Ready, Three, promise);

        Tick(10);

        Assert.That(Foretold, Is.EqualTo(new[] { 2L }));
    }

    [Test]
    public void What_was_concluded_stays_so_although_what_it_followed_from_is_forgotten()
    {
        OrderedRequest usual = Operation(Session, 4, KeyOf(4), isFirst: false);
        int elsewhere = Arc.Of(KeyOf(1)).Number;
        byte[] earlier = [(byte)(elsewhere >> 8), (byte)elsewhere, (byte)(elsewhere >> 8), (byte)elsewhere];
        PlacementToken two = Three with { Slot = new Slot(32) };
        Dispatch.Take(new ClientHandle(4), usual with { EarlierArcs = earlier });
        Hear(1, OperationState.Placed, One);
        Hear(2, OperationState.Promised, two);
        Hear(3, OperationState.Promised, Three);
        Execute();
        Hear(1, OperationState.Firm, One);
        Hear(2, OperationState.Prepared, two, One);
        Assert.That(Foretold, Is.Empty);

        Hear(3, OperationState.Prepared, Three, two);

        Assert.That(Foretold, Is.EqualTo(new[] { 4L }));
    }

    [Test]
    public void What_was_given_up_is_not_prepared()
    {
        PlacementToken promise = PlaceBoth();
        Execute();
        Hear(1, OperationState.Firm, One);
        Tick(40);
        Assert.That(Settled.Any(static each => each.Name.Sequence.Number == 4 && !each.Settle.Opens), Is.True);
        Told.Clear();

        Hear(3, OperationState.Ready, Three, promise);

        Assert.That(Told, Is.Empty);
    }

    [TestCase(OperationState.Ready)]
    [TestCase(OperationState.Prepared)]
    public void What_waits_for_another_placement_is_no_link(OperationState state)
    {
        PlaceBoth();
        Execute();
        Hear(1, OperationState.Firm, One);
        Told.Clear();

        Hear(3, state, Three, new PlacementToken(1, View.First, new Slot(1)));

        Assert.That((Told.Count, Foretold.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public void What_waits_behind_something_in_its_queue_is_not_ready()
    {
        TakeOther(10, 2);
        Dispatch.Take(default, new GroupNotes([GroupNote.Tell(Other, new SequenceNumber(9), OperationState.Placed, One)]));
        Dispatch.Advance();
        Execute();
        PlaceBoth();
        Told.Clear();
        Execute();

        Assert.That(Told.Where(static note => note.Session == Session).Select(static note => (note.Sequence.Number, note.State)), Is.EqualTo(new[] { (2L, OperationState.Placed) }), "and what is behind it waits for that");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Only_what_is_not_prepared_is_given_up_for_the_time_that_it_has_waited(bool isPrepared)
    {
        PlacementToken promise = PlaceBoth();
        Execute();
        Hear(1, OperationState.Firm, One);
        Hear(3, isPrepared ? OperationState.Ready : OperationState.Placed, Three, promise);
        Settled.Clear();

        Tick(40);

        Assert.That(Settled.Where(static each => each.Name.Sequence.Number == 4).Select(static each => each.Settle.Opens), Is.EqualTo(isPrepared ? [] : new[] { false }));
    }

    [Test]
    public void What_is_dead_is_given_up_although_it_is_prepared()
    {
        PlacementToken promise = PlaceBoth();
        Execute();
        Hear(1, OperationState.Firm, One);
        Hear(3, OperationState.Ready, Three, promise);
        Settled.Clear();

        Hear(3, OperationState.Placed, Three with { Slot = new Slot(40) });

        Assert.That(Settled.Where(static each => each.Name.Sequence.Number == 4).Select(static each => each.Settle.Opens), Is.EqualTo(new[] { false }));
    }
}
