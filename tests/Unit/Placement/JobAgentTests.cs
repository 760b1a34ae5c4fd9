using System.Collections.Concurrent;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Master.Driving;
using PaxosShard.Tests.Unit.Client;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>Whoever drives the jobs beside a master that leads: what waits, what is committed, and when it ends.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class JobAgentTests
{
    private static readonly NewShard[] _shards = [new(new GroupId(1), 100, ["127.0.0.1:7001"]), new(new GroupId(2), 100, ["127.0.0.1:7002"])];

    private long _underWay;
    private bool _isPrimary = true;

    [Test]
    public async Task A_job_that_drains_is_committed_when_nothing_is_under_way_for_its_arcs()
    {
        await using FakeGroup masters = FakeMasters.Start();
        await using PlacementClient people = await DrainAsync(masters);
        Volatile.Write(ref _underWay, 1);
        ConcurrentQueue<JobStep> told = new();
        using CancellationTokenSource stop = new();
        Task agent = Start(masters, told, stop.Token);

        await Until(() => told.Contains(JobStep.Draining));
        await Task.Delay(50);
        Assert.That(await StepAsync(people), Is.EqualTo(JobStep.Draining), "a request is under way");
        Volatile.Write(ref _underWay, 0);
        await Until(async () => await StepAsync(people) == JobStep.Committed);

        await stop.CancelAsync();
        Assert.That(async () => await agent, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task It_ends_when_the_master_is_the_primary_no_more()
    {
        await using FakeGroup masters = FakeMasters.Start();
        Task agent = Start(masters, new(), CancellationToken.None);

        Volatile.Write(ref _isPrimary, false);

        await agent.WaitAsync(ClientTestOptions.Patience);
    }

    [Test]
    public async Task What_came_to_nothing_is_asked_and_told_again()
    {
        await using FakeGroup masters = FakeMasters.Start(replicas: 3);
        await using PlacementClient people = await DrainAsync(masters);
        int asked = 0;
        masters.Script = (request, _) => (PlacementCommandKind)request.Command.Span[0] == PlacementCommandKind.WatchJob && Interlocked.Increment(ref asked) <= 2 ? Fate.Garble : Fate.Answer;
        using CancellationTokenSource stop = new();
        Task agent = Start(masters, new(), stop.Token);

        await Until(async () => await StepAsync(people) == JobStep.Committed);

        await stop.CancelAsync();
        Assert.That(async () => await agent, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Shards 1 and 2, and a job that takes 2 away, of which all is copied.</summary>
    private static async Task<PlacementClient> DrainAsync(FakeGroup masters)
    {
        PlacementClient people = PlacementClient.Start(ClientTestOptions.For(masters));
        await people.AddShardsAsync(_shards, CancellationToken.None);
        await people.RemoveShardAsync(new GroupId(2), CancellationToken.None);
        await people.ReportCopiedAsync(2, new GroupId(1), CancellationToken.None);
        return people;
    }

    private static async Task<JobStep> StepAsync(PlacementClient people) => (await people.JobsAsync(0, 10, CancellationToken.None)).Jobs.Single(static job => job.Number == 2).Step;

    private static Task Until(Func<bool> isSo) => Until(() => Task.FromResult(isSo()));

    private static async Task Until(Func<Task<bool>> isSo)
    {
        using CancellationTokenSource patience = new(ClientTestOptions.Patience);
        while (!await isSo())
            await Task.Delay(5, patience.Token);
    }

    private Task Start(FakeGroup masters, ConcurrentQueue<JobStep> told, CancellationToken stopping)
    {
        JobAgentOptions options = new()
        {
            Cluster = masters.Cluster,
            Masters = masters.Endpoints,
            CountUnderWay = _ => Volatile.Read(ref _underWay),
            OnNews = news =>
            {
                if (news.UnderWay is { } job)
                    told.Enqueue(job.Step);
            },
        };
        return Task.Run(() => new JobAgent(options, () => Volatile.Read(ref _isPrimary)).RunAsync(stopping), CancellationToken.None);
    }
}
