using NUnit.Framework;
using PaxosShard.Benchmarks.Scale.Model;
using PaxosShard.Benchmarks.Scale.Sweeps;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>The model of the load, fitted to costs that are made up: what went in comes out.</summary>
[TestFixture]
internal sealed class ScaleModelTests
{
    private static readonly long[] _levels = [1, 4, 16, 64, 256, 1024, 4096];

    [TestCase(5, 400)]
    [TestCase(0, 400)]
    [TestCase(5, 0)]
    public void Costs_are_found_again(double perOperation, double perCycle)
    {
        CostModel made = new(perOperation, perCycle);

        CostModel found = CostModel.Fit([.. _levels.Select(level => ((double)level, made.At(level)))]);

        Assert.That(found.PerOperation, Is.EqualTo(perOperation).Within(1e-6));
        Assert.That(found.PerCycle, Is.EqualTo(perCycle).Within(1e-6));
    }

    [Test]
    public void An_error_counts_by_its_part_of_the_cost()
    {
        CostModel made = new(5, 400);

        // A tenth too much where a cycle is shared by many and a tenth too little where it is not shared: both are moved, and neither by more.
        CostModel found = CostModel.Fit([(1, made.At(1) * 0.9), (4096, made.At(4096) * 1.1)]);

        Assert.That(found.PerOperation, Is.InRange(5, 5.55));
        Assert.That(found.PerCycle, Is.InRange(355, 400));
    }

    [TestCase(new[] { 1.0, 100, 10_000 }, new[] { 1.0, 2, 3 })]
    [TestCase(new[] { 1.0, 2, 4 }, new[] { 16.0, 4, 1 })]
    public void No_cost_is_below_zero(double[] batches, double[] costs)
    {
        CostModel found = CostModel.Fit([.. batches.Zip(costs)]);

        Assert.That(found.PerOperation, Is.GreaterThanOrEqualTo(0));
        Assert.That(found.PerCycle, Is.GreaterThanOrEqualTo(0));
        Assert.That(found.PerOperation + found.PerCycle, Is.Positive);
    }

    [Test]
    public void A_level_is_predicted_from_the_others()
    {
        LoadModel model = LoadModel.Of([Result(_levels)])!;

        Assert.That(model.LargestBatch, Is.EqualTo(500));
        Assert.That(model.Predictions.Select(static prediction => prediction.Point.Value), Is.EqualTo(_levels));
        foreach (LoadPrediction prediction in model.Predictions)
        {
            Assert.That(prediction.Batch, Is.EqualTo(Math.Min(prediction.Point.Value, 500)));
            Assert.That(prediction.PerSecond, Is.EqualTo(prediction.Point.PerSecond).Within(0.001).Percent);
            Assert.That(prediction.ReplicasMicroseconds, Is.EqualTo(prediction.Point.ReplicasMicroseconds).Within(0.001).Percent);
        }
    }

    [Test]
    public void There_is_no_model_of_a_few_levels_nor_of_other_sweeps()
    {
        SweepResult result = Result(_levels);

        Assert.That(LoadModel.Of([Result(_levels[..3])]), Is.Null);
        Assert.That(LoadModel.Of([result with { Sweep = Sweep.All.First(static sweep => sweep.Name is "size") }]), Is.Null);
        Assert.That(LoadModel.Of([result with { Points = [.. result.Points.Select(static point => point with { SyncsPerSecond = null })] }]), Is.Null);
    }

    /// <summary>Three replicas, of which at most 500 operations share a sync: 4 us for an operation and 200 us for a cycle pass, and the replicas take 6 us and 400 us.</summary>
    private static SweepResult Result(IEnumerable<long> levels) => new(
        Sweep.All.Single(static sweep => sweep.Name is Sweep.Load),
        [
            .. levels.Select(static level =>
            {
                double batch = Math.Min(level, 500);
                double perSecond = 1e6 / new CostModel(4, 200).At(batch);
                return new ScalePoint(level, perSecond, 1, 2)
                {
                    Replicas = 3, SyncsPerSecond = perSecond * 3 / batch, ReplicasMicroseconds = new CostModel(6, 400).At(batch), LoadMicroseconds = new CostModel(1, 80).At(batch),
                };
            }),
        ]);
}
