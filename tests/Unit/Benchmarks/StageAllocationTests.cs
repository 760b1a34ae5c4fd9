using NUnit.Framework;
using PaxosShard.Benchmarks.Stages.Bodies;
using PaxosShard.Benchmarks.Stages.Runs;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>
/// What each stage of a message's way allocates is no more than it was. Bytes are exact, whatever else the machine does. They would depend on when a method is compiled once more if that
/// rested on what has run so far (some objects then never reach the heap), so this project is compiled without it: a replica that has run for a while allocates a little less.
/// </summary>
[TestFixture]
internal sealed class StageAllocationTests
{
    private const int ObjectBytes = 24;

    /// <summary>Bytes for each message, rounded up, in batches of 64 and 256 (without batches, one figure). Whoever makes a stage allocate less makes its figure less.</summary>
    /// <remarks>The goals: at most 40 for all stages of a primary together, 20 for those of a follower, 100 for those of a client (<see cref="Way"/>).</remarks>
    private static readonly Dictionary<string, int[]> _ceilings = new(StringComparer.Ordinal)
    {
        ["parse-requests"] = [0, 0],
        ["propose"] = [183, 180],
        ["encode-proposals"] = [0, 0],
        ["parse-proposals"] = [180, 178],
        ["build-log"] = [0, 0],
        ["execute-primary"] = [12, 10],
        ["execute-follower"] = [10, 10],
        ["encode-replies"] = [0, 0],
        ["decode-replies"] = [9, 9],
        ["client-core"] = [0, 0],
        ["check-sessions"] = [0],
        ["find-shards"] = [0],
        ["walk-state"] = [156],
    };

    [Test]
    public void What_is_compiled_here_does_not_rest_on_what_has_run() =>
        Assert.That(AppContext.GetData("System.Runtime.TieredPGO"), Is.EqualTo("false"));

    [Test]
    public void Every_stage_has_a_ceiling_for_each_size_of_its_batches()
    {
        IEnumerable<(string, int)> wanted = StageKind.All.Select(static kind => (kind.Name, kind.IsBatched ? BatchedStage.Sizes.Count : 1));

        Assert.That(_ceilings.Select(static ceiling => (ceiling.Key, ceiling.Value.Length)), Is.EquivalentTo(wanted));
    }

    [TestCaseSource(nameof(Stages))]
    public void A_stage_allocates_no_more_than_it_did(string name, int batch)
    {
        double bytes = AllocationMeter.Measure(Opened(name, batch));

        Assert.That(bytes, Is.LessThanOrEqualTo(CeilingOf(name, batch)), $"bytes that {name} allocates for each message in batches of {batch}");
    }

    [TestCaseSource(nameof(Stages))]
    public void One_more_object_for_each_message_is_counted(string name, int batch)
    {
        double before = AllocationMeter.Measure(Opened(name, batch));

        double after = AllocationMeter.Measure(new WastefulStage(Opened(name, batch)));

        Assert.That(after - before, Is.EqualTo(ObjectBytes).Within(0.1));
    }

    private static IEnumerable<TestCaseData> Stages() =>
        from kind in StageKind.All
        from batch in kind.IsBatched ? BatchedStage.Sizes : [0]
        select new TestCaseData(kind.Name, batch);

    private static Stage Opened(string name, int batch)
    {
        Stage stage = KindOf(name).Make(batch);
        stage.Open();
        return stage;
    }

    private static int CeilingOf(string name, int batch) => _ceilings[name][KindOf(name).IsBatched ? BatchedStage.Sizes.ToList().IndexOf(batch) : 0];

    private static StageKind KindOf(string name) => StageKind.All.Single(kind => string.Equals(kind.Name, name, StringComparison.Ordinal));

    /// <summary>A stage, and an object of 24 bytes for each of its messages.</summary>
    private sealed class WastefulStage(Stage stage) : Stage
    {
        private object _wasted = new();

        public override int MessagesPerRun => stage.MessagesPerRun;

        public override void Open() => stage.Open();

        public override void Prepare() => stage.Prepare();

        public override int Run()
        {
            for (int message = 0; message < MessagesPerRun; message++)
                _wasted = new object();
            return _wasted is null ? 0 : stage.Run();
        }
    }
}
