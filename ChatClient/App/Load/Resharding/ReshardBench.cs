using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Load.OpenLoads;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// What the writers of a cluster notice of a shard that is added: a load at a fixed rate on keys of which half will move, before, while and after it is added. In the end everything that was stored is read back.
/// </summary>
/// <param name="cluster">The cluster, started and empty.</param>
/// <param name="plan">What is to be done.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class ReshardBench(DrillCluster cluster, ReshardBenchPlan plan, Action<string> tell)
{
    // Until the programs are as fast as they get: they compile again what runs often.
    private static readonly TimeSpan _leadIn = TimeSpan.FromSeconds(2);

    // Where only the number of arcs is asked for, it makes no difference where a shard listens.
    private const string AnyAddress = "localhost:1";

    /// <summary>Runs it.</summary>
    /// <exception cref="ReportedException">A job did not end in time.</exception>
    /// <exception cref="NotAppliedException">The cluster does not serve.</exception>
    public async Task<ReshardBenchResult> RunAsync(CancellationToken cancellation)
    {
        FilledValues values = new(cluster.ClientOptions, plan.Values, plan.SizeBytes);
        tell($"storing {plan.Values} values of {plan.SizeBytes} bytes");
        await values.StoreAsync(cancellation);
        await using PlacementClient masters = PlacementClient.Start(cluster.ClientOptions);
        if (plan.HasWarmUp)
            await WarmUpAsync(masters, cancellation);
        Configuration before = await LatestAsync(masters, cancellation);
        GroupId newcomer = cluster.NextShard;
        IReadOnlyList<LoadKey> keys = KeysFor(before, newcomer, "load");
        JobTimes times = new();
        await using OpenLoad load = await OpenLoad.StartAsync(cluster.ClientOptions, NamesOf(keys), plan.PerSecond, cancellation);
        await ChangeAsync(masters, newcomer, load, times, cancellation);
        IReadOnlyList<WriteSample> samples = await load.StopAsync();
        Configuration made = await LatestAsync(masters, cancellation);
        if (made.Find(newcomer) is null)
            throw new ReportedException(ErrorKinds.JobEndedInVain, $"the latest configuration, {made.Number}, has no {ClusterFiles.NameOf(newcomer)}");
        tell("reading everything back");
        IReadOnlyList<ArcMove> moves = before.MovesTo(made);
        return new ReshardBenchResult(plan, before.Shards.Count, keys, samples, times)
        {
            MovedArcs = moves.Count,
            MovedValues = values.CountIn(moves),
            LostWrites = await load.CountLostAsync(cancellation),
            LostValues = await values.CountLostAsync(cancellation),
        };
    }

    private static async Task<Configuration> LatestAsync(PlacementClient masters, CancellationToken cancellation) =>
        Configuration.Decode((await masters.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation)).Configuration.Span);

    private IReadOnlyList<LoadKey> KeysFor(Configuration before, GroupId newcomer, string prefix) =>
        LoadKey.Choose(before, Assignment.ForJoin(before, new Shard(newcomer, RingMember.DefaultPoints, [AnyAddress])), plan.Keys / 2, prefix);

    private static IReadOnlyList<string> NamesOf(IEnumerable<LoadKey> keys) => [.. keys.Select(static key => key.Name)];

    private async Task ChangeAsync(PlacementClient masters, GroupId newcomer, OpenLoad load, JobTimes times, CancellationToken cancellation)
    {
        string name = ClusterFiles.NameOf(newcomer);
        await Task.Delay(_leadIn, cancellation);
        tell($"measuring without a change for {plan.Window.TotalSeconds:0.#} s");
        times.Quiet = load.Passed;
        await Task.Delay(plan.Window, cancellation);
        times.Starting = load.Passed;
        tell($"adding {name}");
        NewShard started = await cluster.StartShardAsync(newcomer, cancellation);
        times.Asked = load.Passed;
        JobResult job = await masters.AddShardsAsync([started], cancellation);
        JobObserver observer = new(masters, cluster.ClientOptions with { Endpoints = started.Addresses, Group = started.Group }, times, () => load.Passed);
        await BenchStep.InTimeAsync(plan.Timeout, token => observer.UntilDoneAsync(job.Job, token), $"job {job.Job}, which adds {name}, was not done", cancellation);
        tell($"{name} is added; measuring for {plan.Window.TotalSeconds:0.#} s more");
        await Task.Delay(plan.Window, cancellation);
        times.End = load.Passed;
    }

    // Under the same load, because those who write have to compile something for a move too.
    private async Task WarmUpAsync(PlacementClient masters, CancellationToken cancellation)
    {
        tell("adding and removing a shard under the load, which is not measured (--no-warm-up leaves it out)");
        IReadOnlyList<LoadKey> keys = KeysFor(await LatestAsync(masters, cancellation), cluster.NextShard, "warm-up");
        await using OpenLoad load = await OpenLoad.StartAsync(cluster.ClientOptions, NamesOf(keys), plan.PerSecond, cancellation);
        (GroupId shard, JobResult added) = await cluster.AddAsync(cancellation);
        await BenchStep.InTimeAsync(plan.Timeout, token => cluster.WaitAsync(added, token), $"job {added.Job} of the warm-up was not done", cancellation);
        JobResult removed = await cluster.RemoveAsync(shard, cancellation);
        await BenchStep.InTimeAsync(plan.Timeout, token => cluster.WaitAsync(removed, token), $"job {removed.Job} of the warm-up was not done", cancellation);
        await cluster.RetireAsync(shard);
    }
}
