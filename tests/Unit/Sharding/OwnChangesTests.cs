using NUnit.Framework;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>What the log of a replica says of the moves of its group.</summary>
[TestFixture]
internal sealed class OwnChangesTests
{
    private static readonly GroupId _other = new(1);
    private static readonly MovesResult _without = SampleMoves.Own(1, 1, 1);
    private static readonly MovesResult _begun = Own(2, 1, CopyState.Copying, GiveState.Copying);
    private static readonly MovesResult _adopted = Own(3, 2, CopyState.Pulling, GiveState.Frozen);

    [Test]
    public void A_job_begins() => Assert.That(OwnChanges.Between(_without, _begun), Is.EqualTo(new[] { "has begun job 2: arcs come from 1 group and go to 1 group" }));

    [Test]
    public void What_is_adopted_has_been_told() => Assert.That(OwnChanges.Between(_begun, _adopted), Is.Empty);

    [Test]
    public void Arcs_are_served_and_dropped() =>
        Assert.That(
            OwnChanges.Between(_adopted, SampleMoves.Own(4, 2, 2)),
            Is.EqualTo(new[] { "serves the 2 arcs that came from group 1 by job 2", "has dropped the 2 arcs that went to group 1 by job 2" }));

    [Test]
    public void What_was_never_seen_after_the_configuration_is_served_and_dropped_all_the_same() =>
        Assert.That(OwnChanges.Between(_begun, SampleMoves.Own(4, 2, 2)), Has.Count.EqualTo(2));

    [Test]
    public void A_job_that_came_to_nothing_serves_and_drops_nothing()
    {
        IncomingMoveState emptied = SampleMoves.Comes(2, _other, CopyState.Discarding, isEnded: true);
        string[] expected = ["has ended job 2, which came to nothing: all arcs stay where they are"];

        Assert.That(OwnChanges.Between(_begun, SampleMoves.Own(4, 1, 2)), Is.EqualTo(expected));
        Assert.That(OwnChanges.Between(_begun, SampleMoves.Own(4, 1, 2, [emptied])), Is.EqualTo(expected));
        Assert.That(OwnChanges.Between(SampleMoves.Own(4, 1, 2, [emptied]), SampleMoves.Own(5, 1, 2)), Is.Empty);
    }

    [Test]
    public void A_copy_that_differs_is_told() =>
        Assert.That(
            OwnChanges.Between(_adopted, Own(4, 2, CopyState.Discarding, GiveState.Frozen)),
            Is.EqualTo(new[] { "has found its copy of what comes from group 1 by job 2 to be different, and copies everything again" }));

    private static MovesResult Own(long revision, long configuration, CopyState comes, GiveState goes) =>
        SampleMoves.Own(revision, configuration, 2, [SampleMoves.Comes(2, _other, comes)], [SampleMoves.Goes(2, _other, goes)]);
}
