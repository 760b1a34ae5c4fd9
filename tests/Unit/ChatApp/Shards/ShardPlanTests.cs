using System.Globalization;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.ChatApp.Rings;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ChatApp.Shards;

/// <summary>What a job will do, told before it is asked for, and what has come of it.</summary>
[TestFixture]
internal sealed class ShardPlanTests
{
    private static readonly GroupId _three = new(3);

    [Test]
    public void Who_joins_gets_arcs_of_all_and_nobody_else_does()
    {
        ShardPlan plan = ShardPlan.ForAdd(RingExamples.Halves, new Shard(_three, 128, ["localhost:1"]));

        string[] lines = [.. plan.Lines()];
        Assert.That(lines[0], Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"plan: add shard 3 with 128 points: {plan.Moves.Count:#,0} of 4,096 arcs move, from configuration 1 on")));
        Assert.That(lines[1], Does.StartWith("  shard 1 -> shard 3: "));
        Assert.That(lines[2], Does.StartWith("  shard 2 -> shard 3: "));
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(plan.Transfers().Sum(static transfer => transfer.Arcs), Is.EqualTo(plan.Moves.Count));
    }

    [Test]
    public void What_is_in_the_arcs_is_told_as_far_as_it_is_known()
    {
        ShardPlan plan = ShardPlan.ForRemove(RingExamples.Halves, RingExamples.Two);

        Assert.That((plan with { Measures = Measured((2, 1, new ArcsMeasure(1200, 1, 2048))) }).Lines(), Is.EqualTo(new[]
        {
            "plan: remove shard 2: 2,048 of 4,096 arcs move, from configuration 1 on, with 1,200 keys, 1 room and 2.0 KiB",
            "  shard 2 -> shard 1: 2,048 arcs with 1,200 keys, 1 room and 2.0 KiB",
        }));
    }

    [Test]
    public void The_sum_is_told_when_all_of_it_is_known()
    {
        ShardPlan plan = ShardPlan.ForAdd(RingExamples.Halves, new Shard(_three, 128, ["localhost:1"]));

        string[] one = [.. (plan with { Measures = Measured((1, 3, new ArcsMeasure(1, 2, 3))) }).Lines()];
        string[] both = [.. (plan with { Measures = Measured((1, 3, new ArcsMeasure(1, 2, 3)), (2, 3, new ArcsMeasure(10, 20, 30))) }).Lines()];

        Assert.That(one[0], Does.EndWith("from configuration 1 on"));
        Assert.That(one[1], Does.EndWith(" arcs with 1 key, 2 rooms and 3 B"));
        Assert.That(one[2], Does.EndWith(" arcs"));
        Assert.That(both[0], Does.EndWith("from configuration 1 on, with 11 keys, 22 rooms and 33 B"));
    }

    [Test]
    public void The_first_shard_gets_what_nobody_has() =>
        Assert.That(ShardPlan.ForAdd(Configuration.Zero, new Shard(_three, 128, ["localhost:1"])).Lines(), Is.EqualTo(new[]
        {
            "plan: add shard 3 with 128 points: 4,096 of 4,096 arcs move, from configuration 0 on",
            "  nobody -> shard 3: 4,096 arcs",
        }));

    [Test]
    public void Who_leaves_gives_all() =>
        Assert.That(ShardPlan.ForRemove(RingExamples.Halves, RingExamples.Two).Lines(), Is.EqualTo(new[]
        {
            "plan: remove shard 2: 2,048 of 4,096 arcs move, from configuration 1 on",
            "  shard 2 -> shard 1: 2,048 arcs",
        }));

    [Test]
    public void Arcs_that_are_there_already_stay() =>
        Assert.That(ShardPlan.ForMove(RingExamples.Halves, [0, 1, 4095], RingExamples.Two).Lines(), Is.EqualTo(new[]
        {
            "plan: move 2 arcs to shard 2, which has 1 of 3 already: 2 of 4,096 arcs move, from configuration 1 on",
            "  shard 1 -> shard 2: 2 arcs",
        }));

    [Test]
    public void What_a_rule_forbids_is_said_before_anybody_is_asked()
    {
        Configuration alone = RingExamples.Owned(static _ => RingExamples.One);
        Configuration last = alone.Next(2, [alone.Find(RingExamples.One)!], []);

        ShouldFail(() => ShardPlan.ForAdd(RingExamples.Halves, new Shard(RingExamples.Two, 64, ["localhost:1"]), " --dir here"), ErrorKinds.Rejected, "shard 2 is there already, at 127.0.0.1:7002,127.0.0.1:7003, with 2,048 arcs");
        ShouldFail(() => ShardPlan.ForRemove(RingExamples.Halves, _three, " --dir here"), ErrorKinds.NoSuchShard, "shard 3 is not in configuration 1, which has shards 1, 2");
        ShouldFail(() => ShardPlan.ForRemove(last, RingExamples.One, " --dir here"), ErrorKinds.Rejected, "shard 1 is the last one");
        ShouldFail(() => ShardPlan.ForMove(RingExamples.Halves, [5], _three, " --dir here"), ErrorKinds.NoSuchShard, "shard 3 is not in configuration 1");
        ShouldFail(() => ShardPlan.ForMove(RingExamples.Halves, [5], RingExamples.One, " --dir here"), ErrorKinds.Rejected, "arc 5 is at shard 1 already");
        ShouldFail(() => ShardPlan.ForMove(RingExamples.Halves, [5, 6], RingExamples.One, " --dir here"), ErrorKinds.Rejected, "all 2 arcs are at shard 1 already");
    }

    [Test]
    public void What_has_come_of_a_job_is_told_of_the_shards_that_it_is_about()
    {
        Configuration made = RingExamples.Owned(static arc => arc < Arc.Count / 4 ? RingExamples.One : RingExamples.Two);
        PlacementJob added = new(1, JobKind.AddShards, JobStep.Done) { Shards = [new NewShard(RingExamples.One, 128, ["localhost:1"])] };
        PlacementJob removed = new(1, JobKind.RemoveShard, JobStep.Done) { Group = _three };
        PlacementJob moved = new(1, JobKind.MoveArcs, JobStep.Done) { Group = RingExamples.Two, Arcs = [5] };

        Assert.That(ShardPlan.Result(added, made), Is.EqualTo("done: configuration 1; shard 1 has 1,024 arcs (25.0 %)"));
        Assert.That(ShardPlan.Result(removed, made), Is.EqualTo("done: configuration 1; shard 3 has left; shard 1 has 1,024 arcs (25.0 %), shard 2 has 3,072 arcs (75.0 %)"));
        Assert.That(ShardPlan.Result(moved, made), Is.EqualTo("done: configuration 1; shard 2 has 3,072 arcs (75.0 %)"));
    }

    private static Dictionary<(GroupId From, GroupId To), ArcsMeasure> Measured(params (int From, int To, ArcsMeasure Measure)[] measures) =>
        measures.ToDictionary(static measure => (new GroupId(measure.From), new GroupId(measure.To)), static measure => measure.Measure);

    private static void ShouldFail(Func<ShardPlan> plan, ErrorKind kind, string what)
    {
        ReportedException error = Assert.Throws<ReportedException>(() => plan())!;
        Assert.That(error.Kind, Is.EqualTo(kind));
        Assert.That(error.Message, Does.StartWith(what));
        Assert.That(ErrorReport.Lines(error)[1], Does.Contain("nothing was changed").And.Contain(" --dir here"));
    }
}
