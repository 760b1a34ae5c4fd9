using NUnit.Framework;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>How a group drops arcs that it has given up: once the destination serves them, and not a moment sooner.</summary>
[TestFixture]
internal sealed class DropLaneTests
{
    private static readonly GroupId _group = DrivenShard.Group;
    private static readonly GroupId _destination = new(1);
    private static readonly GroupId _second = new(2);

    private DrivenShard _shard = null!;

    [SetUp]
    public void Begin() => _shard = new DrivenShard();

    [Test]
    public void Nothing_is_dropped_while_the_source_serves()
    {
        Know(1, SampleMoves.Goes(2, _destination, GiveState.Copying));

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void Arcs_are_dropped_part_by_part_once_the_destination_says_that_it_serves_them()
    {
        Know(2, SampleMoves.Goes(2, _destination, GiveState.Frozen));
        ReadOther read = _shard.Await<ReadOther>();
        _shard.Answer(read, SampleMoves.Own(40, 2, 2) with { Group = _destination });
        Tell first = _shard.Await(CommandKind.DropArcs);

        _shard.Answer(first, SampleMoves.Own(6, 2, 2, outgoing: [SampleMoves.Goes(2, _destination, GiveState.Dropping)]));
        _shard.Pass(_shard.Sleep);
        _shard.Answer(_shard.Await(CommandKind.DropArcs), SampleMoves.Own(7, 2, 2));

        Assert.That((read.Destination, read.Job), Is.EqualTo((_destination, 2L)));
        Assert.That(read.Addresses, Is.EqualTo(SampleMoves.AddressesOf(_destination)));
        Assert.That(DropArcsCommand.Decode(first.Command.Span), Is.EqualTo(new DropArcsCommand(2, _destination)));
        Assert.That(_shard.Calls(), Is.Empty);
    }

    [TestCase(0, 60, Description = "too fast to be measured, and a rest all the same")]
    [TestCase(1, 60)]
    [TestCase(4, 240)]
    [TestCase(5000, 250)]
    public void Behind_each_part_that_is_dropped_the_rest_is_sixty_times_as_long(int took, long pause)
    {
        Know(2, SampleMoves.Goes(2, _destination, GiveState.Dropping));
        Tell drop = _shard.Await(CommandKind.DropArcs);
        _shard.Pass(took);

        _shard.Answer(drop, SampleMoves.Own(6, 2, 2, outgoing: [SampleMoves.Goes(2, _destination, GiveState.Dropping)]));

        Assert.That(_shard.Calls(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(pause));
    }

    [Test]
    public void What_is_being_dropped_is_dropped_without_a_question()
    {
        Know(2, SampleMoves.Goes(2, _destination, GiveState.Dropping));

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(CommandKind.DropArcs) }));
    }

    [Test]
    public void A_destination_that_has_not_adopted_the_configuration_does_not_serve()
    {
        Know(2, SampleMoves.Goes(2, _destination, GiveState.Frozen));

        _shard.Answer(_shard.Await<ReadOther>(), SampleMoves.Own(40, 1, 2) with { Group = _destination });

        AssertIsAskedAgain();
    }

    [Test]
    public void Another_group_at_the_address_of_the_destination_says_nothing_of_it()
    {
        Know(2, SampleMoves.Goes(2, _destination, GiveState.Frozen));

        _shard.Answer(_shard.Await<ReadOther>(), SampleMoves.Own(40, 2, 2) with { Group = _second });

        AssertIsAskedAgain();
    }

    [TestCase(CopyState.Copying)]
    [TestCase(CopyState.Pulling)]
    [TestCase(CopyState.Discarding)]
    public void A_destination_that_still_awaits_the_arcs_does_not_serve(CopyState state)
    {
        Know(2, SampleMoves.Goes(2, _destination, GiveState.Frozen));

        _shard.Answer(_shard.Await<ReadOther>(), SampleMoves.Own(40, 2, 2, [SampleMoves.Comes(2, _group, state)]) with { Group = _destination });

        AssertIsAskedAgain();
    }

    [Test]
    public void What_the_destination_awaits_from_others_is_of_no_matter()
    {
        Know(2, SampleMoves.Goes(2, _destination, GiveState.Frozen));

        _shard.Answer(_shard.Await<ReadOther>(), SampleMoves.Own(40, 2, 2, [SampleMoves.Comes(2, _second, CopyState.Pulling)]) with { Group = _destination });

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(CommandKind.DropArcs) }));
    }

    [Test]
    public void What_a_destination_says_of_itself_is_never_taken_for_the_groups_own_state()
    {
        Know(2, SampleMoves.Goes(2, _destination, GiveState.Frozen));

        _shard.Answer(_shard.Await<ReadOther>(), SampleMoves.Own(40, 1, 2) with { Group = _destination });
        _shard.Pass(20);

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(ReadOther) }));
    }

    [Test]
    public void Two_groups_that_swap_arcs_do_not_wait_for_each_other()
    {
        IncomingMoveState comes = SampleMoves.Comes(2, _destination, CopyState.Pulling);
        OutgoingMoveState goes = SampleMoves.Goes(2, _destination, GiveState.Frozen);
        ArcTransfer[] transfers = [SampleMoves.Transfer(_destination, _group), SampleMoves.Transfer(_group, _destination)];
        _shard.Know(SampleMoves.Own(5, 2, 2, [comes], [goes]), SampleMoves.UnderWay(2, JobStep.Committed, 1, transfers));
        CopyArcs copy = _shard.AwaitCopy(_destination);

        _shard.Answer(_shard.Await<ReadOther>(), SampleMoves.Own(40, 2, 2) with { Group = _destination });
        _shard.Answer(_shard.Await(CommandKind.DropArcs), SampleMoves.Own(6, 2, 2, [comes]));
        _shard.Answer(copy, SampleMoves.Complete("", ""));
        _shard.Answer(_shard.Await(CommandKind.ServeArcs), SampleMoves.Own(7, 2, 2));

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(FinishMoves) }));
    }

    [Test]
    public void A_destination_that_fails_holds_up_its_own_arcs_alone()
    {
        OutgoingMoveState dead = SampleMoves.Goes(2, _destination, GiveState.Frozen);
        Know(2, dead, SampleMoves.Goes(2, _second, GiveState.Frozen));
        _shard.Step();
        ReadOther[] reads = [ReadOf(_destination), ReadOf(_second)];

        _shard.Fail(reads[0]);
        _shard.Answer(reads[1], SampleMoves.Own(40, 2, 2) with { Group = _second });
        _shard.Answer(_shard.Await(CommandKind.DropArcs), SampleMoves.Own(6, 2, 2, outgoing: [dead]));

        Assert.That(_shard.Calls(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(20));
    }

    private ReadOther ReadOf(GroupId destination) => _shard.Open.OfType<ReadOther>().Single(read => read.Destination == destination);

    private void AssertIsAskedAgain()
    {
        Assert.That(_shard.Calls(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(20));
        _shard.Pass(20);
        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(ReadOther) }));
    }

    private void Know(long configuration, params OutgoingMoveState[] moves)
    {
        ArcTransfer[] transfers = [.. moves.Select(static move => SampleMoves.Transfer(_group, move.Destination))];
        JobStep step = configuration == 1 ? JobStep.Copying : JobStep.Committed;
        _shard.Know(SampleMoves.Own(5, configuration, 2, outgoing: moves), SampleMoves.UnderWay(2, step, 1, transfers, _group));
    }
}
