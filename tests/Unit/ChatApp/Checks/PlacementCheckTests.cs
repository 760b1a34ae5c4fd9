using NUnit.Framework;
using PaxosShard.ChatClient.App.Checks;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.Unit.ChatApp.Rings;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ChatApp.Checks;

/// <summary>What <c>px check</c> finds when something is wrong, and that it finds nothing when nothing is.</summary>
[TestFixture]
internal sealed class PlacementCheckTests
{
    private const int Half = Arc.Count / 2;

    private static readonly Configuration _latest = RingExamples.Halves;
    private static readonly int[] _ofOne = [.. Enumerable.Range(0, Half)];
    private static readonly int[] _ofTwo = [.. Enumerable.Range(Half, Half)];
    private static readonly MovesResult _noMoves = Moves([], []);

    [Test]
    public void Shards_that_serve_what_they_have_and_hold_nothing_else_are_well()
    {
        PlacementCheck check = new(_latest, underWay: null);

        CheckLine[] lines = [.. check.Judge(RingExamples.One, Arcs(_ofOne), _noMoves), .. check.Judge(RingExamples.Two, Arcs(_ofTwo), _noMoves), check.JudgeAll([_ofOne, _ofTwo]), check.JudgeJob()];

        Assert.That(lines.Select(static line => line.IsWell), Is.All.True);
        Assert.That(lines[0], Is.EqualTo(new CheckLine("shard-1", IsWell: true, "serves its 2048 arcs, and holds nothing else")));
    }

    [Test]
    public void What_is_served_by_another_one_or_by_nobody_is_found()
    {
        PlacementCheck check = new(_latest, underWay: null);

        Assert.That(Faults(check.Judge(RingExamples.One, Arcs([.. _ofOne, Half + 7]), _noMoves)), Is.EqualTo(new[] { "it serves what is not its own: arc 2055" }));
        Assert.That(Faults(check.Judge(RingExamples.One, Arcs(_ofOne[2..]), _noMoves)), Is.EqualTo(new[] { "it does not serve what is its own: 2 arcs (0, 1)" }));
        Assert.That(check.JudgeAll([_ofOne, []], RingExamples.Two).IsWell, Is.True, "who does not tell is not judged");
        Assert.That(check.JudgeAll([_ofOne[1..], []], RingExamples.Two).IsWell, Is.False);
        Assert.That(check.JudgeAll([[.. _ofOne, Half + 7], _ofTwo]).Text, Is.EqualTo("served by none or by several: arc 2055"));
        Assert.That(check.JudgeAll([_ofOne, _ofTwo[..^6]]).Text, Is.EqualTo("served by none or by several: 6 arcs (4090, 4091, 4092, 4093, 4094, ...)"));
    }

    [Test]
    public void What_is_left_over_or_half_done_is_found()
    {
        PlacementCheck check = new(_latest, underWay: null);

        Assert.That(Faults(check.Judge(RingExamples.One, Arcs(_ofOne) with { Held = [3000, 3001] }, _noMoves)), Is.EqualTo(new[] { "it holds something of what it does not serve: 2 arcs (3000, 3001)" }));
        Assert.That(
            Faults(check.Judge(RingExamples.One, Arcs(_ofOne), Moves([Incoming(4)], [Outgoing(5)]))),
            Is.EqualTo(new[] { "what comes from shard-2 by job 4 is half done, and that job is not under way", "what goes to shard-2 by job 5 is half done, and that job is not under way" }));
        Assert.That(Faults(check.Judge(RingExamples.Two, arcs: null, _noMoves)), Is.EqualTo(new[] { "it does not tell what it serves" }));
    }

    [Test]
    public void A_shard_with_another_configuration_is_found()
    {
        PlacementCheck check = new(_latest, underWay: null);

        Assert.That(Faults(check.Judge(RingExamples.One, new ArcsResult(0, 0, []), _noMoves)), Has.Some.EqualTo("it has configuration 0, and the latest one is 1"));
        Assert.That(Faults(check.Judge(RingExamples.One, new ArcsResult(1, 5, _ofOne), _noMoves)), Has.Some.Contains("its hash is 0000000000000005"));
        Assert.That(Faults(check.Judge(RingExamples.One, new ArcsResult(2, 5, _ofOne), _noMoves)), Has.Some.EqualTo("it has configuration 2, and the latest one is 1"));
    }

    [Test]
    public void What_moves_by_the_job_under_way_may_be_anywhere_and_the_rest_may_not()
    {
        PlacementCheck check = new(_latest, new JobUnderWay(4, JobKind.MoveArcs, JobStep.Committed, 0, [new ArcTransfer(RingExamples.Two, RingExamples.One, [0, 1])], []));

        Assert.That(Faults(check.Judge(RingExamples.One, Arcs(_ofOne[2..]) with { Held = [0] }, Moves([Incoming(4)], []))), Is.Empty);
        Assert.That(Faults(check.Judge(RingExamples.Two, new ArcsResult(0, 0, [.. _ofTwo]) with { Held = [1] }, Moves([], [Outgoing(4)]))), Is.Empty);
        Assert.That(Faults(check.Judge(RingExamples.One, Arcs(_ofOne[3..]) with { Held = [3000] }, Moves([Incoming(3)], []))), Has.Length.EqualTo(3));
        Assert.That(check.JudgeAll([_ofOne[2..], _ofTwo]).IsWell, Is.True);
        Assert.That(check.JudgeAll([[0, .. _ofOne], _ofTwo]).IsWell, Is.False, "nothing may be served by two");
        Assert.That(check.JudgeJob(), Is.EqualTo(new CheckLine("jobs", IsWell: true, "job 4 is under way: the 2 arcs that it moves are not judged")));
    }

    [Test]
    public void A_configuration_that_is_missing_is_found()
    {
        Configuration third = _latest.Next(3, _latest.Shards, []).Next(5, _latest.Shards, []);

        Assert.That(PlacementCheck.Judge([Configuration.Zero, _latest]), Is.EqualTo(new CheckLine("configurations", IsWell: true, "0 to 1, none is missing")));
        Assert.That(PlacementCheck.Judge([_latest, third]), Is.EqualTo(new CheckLine("configurations", IsWell: false, "behind number 1 stands number 3")));
        Assert.That(PlacementCheck.Judge([_latest, _latest.Next(1, _latest.Shards, [])]).IsWell, Is.False, "two were made by one job");
    }

    private static string[] Faults(IEnumerable<CheckLine> lines) => [.. lines.Where(static line => !line.IsWell).Select(static line => line.Text)];

    private static ArcsResult Arcs(int[] served) => new(_latest.Number, _latest.Hash, served);

    private static MovesResult Moves(IReadOnlyList<IncomingMoveState> incoming, IReadOnlyList<OutgoingMoveState> outgoing) => new(RingExamples.One, 1, 1, 0, 5, incoming, outgoing);

    private static IncomingMoveState Incoming(long job) => new(job, RingExamples.Two, [], 2, CopyState.Copying, IsEnded: false, 0, 0, default);

    private static OutgoingMoveState Outgoing(long job) => new(job, RingExamples.Two, [], 2, GiveState.Copying);
}
