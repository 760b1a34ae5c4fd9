using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Machines.Arcs;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>What a primary promises of operations that wait, what it places by the promises of others, and which it keeps (ordered rule M13).</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PromisesTests : FollowedBurst
{
    [Test]
    public void Whoever_follows_is_promised_a_place_and_whoever_asks_is_not()
    {
        Take(2);
        Follow(2);
        Ask(2);

        Assert.That(Told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Promised, OperationState.Absent }));
        Assert.That(Told[0].Token, Is.EqualTo(Promise));
        Assert.That(Told[1].Token, Is.EqualTo(Promise), "what has no place has none below that, and may be promised this one");
    }

    [Test]
    public void Who_has_followed_before_it_came_is_promised_a_place_when_it_comes()
    {
        Follow(2);
        Take(2);

        Assert.That(Told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Absent, OperationState.Promised }));
    }

    [Test]
    public void All_before_an_operation_are_followed_once()
    {
        Take(2);
        Take(4);
        Take(6);

        Assert.That(Asked.Where(static note => note.Kind == GroupNoteKind.Follow).Select(static note => note.Sequence.Number), Is.EquivalentTo(new[] { 1L, 3, 5 }));
    }

    [Test]
    public void All_here_are_placed_together_once_nothing_is_missing_down_to_a_place()
    {
        Take(2);
        Take(4);

        Hear(3, OperationState.Promised, Three);
        Assert.That(Proposed, Is.Empty, "nobody knows of 1");
        Hear(1, OperationState.Promised, One);
        Assert.That(Proposed, Is.Empty, "1 has no place");
        Hear(1, OperationState.Placed, One);

        Assert.That(Proposed.Select(static each => (each.Request.Sequence.Number, each.Place.Gate!.Value.Token)), Is.EqualTo(new[] { (2L, One), (4, Three) }));
    }

    [Test]
    public void Behind_a_place_that_may_wait_for_others_only_the_next_one_is_placed()
    {
        Take(2);
        Follow(2);
        Take(4);
        Hear(3, OperationState.Promised, Three);
        Hear(1, OperationState.Placed, One with { IsPromised = false });

        Assert.That(Proposed.Select(static each => (each.Request.Sequence.Number, each.Place.PromisedAt)), Is.EqualTo(new[] { (2L, Slot.Zero) }), "and its promise is not kept");
    }

    [Test]
    public void What_needs_no_predecessor_is_placed_as_if_it_had_been_promised()
    {
        Dispatch.Take(new ClientHandle(2), Operation(Session, 2, KeyOf(2), isFirst: true));

        Assert.That(Proposed.Single().Place, Is.EqualTo(new OrderedPlace(null, Promise.Slot)));
    }

    [Test]
    public void A_promise_of_what_is_sent_again_without_a_predecessor_is_withdrawn()
    {
        Take(2);
        Follow(2);
        Dispatch.Take(new ClientHandle(3), Operation(Session, 2, KeyOf(2), isFirst: true));
        Assert.That(Proposed.Single().Place.PromisedAt, Is.EqualTo(Slot.Zero), "that token is dead before the next entry");
        Execute();

        Assert.That(Log.State.Executed, Is.GreaterThan(Slot.Zero));
        Assert.That((Told[^1].State, Told[^1].Token.IsPromised), Is.EqualTo((OperationState.Firm, false)));
    }

    [Test]
    public void Whoever_only_asks_is_not_told_that_a_promise_is_dead()
    {
        Take(2);
        Follow(2);
        PlacementToken promise = Told[0].Token;
        Log.Execute(ShardedLog.Put(new SessionId(3), 1, ShardedLog.Own));

        Ask(2);

        Assert.That((Told[^1].State, Told[^1].Token), Is.EqualTo((OperationState.Absent, promise)));
    }

    [Test]
    public void What_was_promised_is_executed_as_that_placement()
    {
        PlacementToken promise = PlaceBoth();
        Told.Clear();
        Execute();

        Assert.That(Log.State.Queues.All.Select(static operation => operation.Token), Is.All.EqualTo(promise));
        Assert.That(Told.Select(static note => (note.Sequence.Number, note.State, note.Token, note.Gate)), Is.EqualTo(new[]
        {
            (2L, OperationState.Ready, promise, One),
            (4L, OperationState.Ready, promise, Three),
        }), "that they have their places is no news");
    }

    [Test]
    public void A_promise_is_not_kept_behind_what_waits_on_the_name()
    {
        Take(2);
        Follow(2);
        TakeOther(10, 2);
        Dispatch.Take(default, new GroupNotes([GroupNote.Tell(Other, new SequenceNumber(9), OperationState.Placed, One)]));
        Dispatch.Advance();
        Assert.That(Proposed.Select(static each => each.Request.Sequence.Number), Is.EqualTo(new[] { 10L }));
        Execute();

        Hear(1, OperationState.Placed, One);

        Assert.That(Proposed.Select(static each => (each.Request.Sequence.Number, each.Place.PromisedAt)), Is.EqualTo(new[] { (2L, Slot.Zero) }));
    }

    [Test]
    public void Neither_is_that_of_what_stands_behind_such_a_one()
    {
        Take(2);
        TakeBehindOwn(3);
        Follow(2);
        Follow(3);
        Assert.That(Told.Select(static note => note.State), Is.All.EqualTo(OperationState.Promised));
        TakeOther(10, 2);
        Dispatch.Take(default, new GroupNotes([GroupNote.Tell(Other, new SequenceNumber(9), OperationState.Placed, One)]));
        Dispatch.Advance();
        Execute();

        Hear(1, OperationState.Placed, One);

        Assert.That(Proposed.Select(static each => (each.Request.Sequence.Number, each.Place.PromisedAt)), Is.EqualTo(new[] { (2L, Slot.Zero), (3, Slot.Zero) }));
    }

    [Test]
    public void Nothing_is_placed_in_front_of_what_is_before_it_in_its_session_and_waits_here()
    {
        Take(2);
        Take(4);

        Hear(3, OperationState.Placed, Three);
        Assert.That(Proposed, Is.Empty);
        Hear(1, OperationState.Placed, One);

        Assert.That(Proposed.Select(static each => each.Request.Sequence.Number), Is.EqualTo(new[] { 2L, 4 }));
    }

    [Test]
    public void A_promise_ends_with_the_client_and_is_not_made_again_before_the_next_entry()
    {
        Take(2);
        Follow(2);
        PlacementToken promise = Told[0].Token;

        Dispatch.Forget(new ClientHandle(2));
        Assert.That((Told[^1].State, Told[^1].Token > promise), Is.EqualTo((OperationState.Absent, true)));
        Take(2);

        Assert.That(Told.Count(static note => note.State == OperationState.Promised), Is.EqualTo(1));
        Log.Execute(ShardedLog.Put(new SessionId(3), 1, ShardedLog.Own));
        Follow(2);
        Assert.That((Told[^1].State, Told[^1].Token > promise), Is.EqualTo((OperationState.Promised, true)));
    }

    [Test]
    public void Where_all_want_the_same_name_no_promise_is_made_for_a_while()
    {
        Take(2);
        Follow(2);
        for (int session = 100; session < 110; session++)
        {
            SessionId rival = new SessionId((UInt128)session).AsOrdered();
            Dispatch.Take(new ClientHandle(50), Operation(rival, 10, KeyOf(2), isFirst: false));
            Dispatch.Take(new ClientHandle(9), new GroupNotes([GroupNote.Ask(rival, new SequenceNumber(10), Arc.Of(KeyOf(2)).Number, 1, 500_000, follows: true)]));
        }

        Asked.Clear();
        Take(4);
        Follow(4);
        Assert.That(Told[^1].State, Is.EqualTo(OperationState.Absent));
        Assert.That(Asked.Select(static note => note.Kind), Is.All.EqualTo(GroupNoteKind.Ask));

        Tick(200);
        Follow(4);
        Assert.That(Told[^1].State, Is.EqualTo(OperationState.Promised));
    }
}
