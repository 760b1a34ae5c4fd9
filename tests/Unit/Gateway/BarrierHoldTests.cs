using System.Collections.Concurrent;
using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Master.Gateway.Holding;
using PaxosShard.Master.Gateway.Lines;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>All requests are held back behind a job that is a barrier, until it has ended.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BarrierHoldTests
{
    private const int Limit = 60_000;

    // Far beyond what a test takes.
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<string> _begun = new();

    private string[] Begun => [.. _begun];

    [Test]
    [CancelAfter(Limit)]
    public async Task Everything_is_held_in_every_step_and_goes_on_in_its_order_when_the_job_has_ended(CancellationToken cancellation)
    {
        HeldRequests held = Make();
        List<Task<GatewayAnswer>> answers = [];
        foreach (JobStep step in (JobStep[])[JobStep.Copying, JobStep.Draining, JobStep.Committed])
        {
            held.Hear(Barrier(2, step));
            answers.AddRange([Ask(held, "moving"), Ask(held, "staying")]);
            Assert.That((answers.Exists(static answer => answer.IsCompleted), Begun.Length), Is.EqualTo((false, 0)), step.ToString());
        }

        held.Hear(configuration: 2);
        Assert.That(Begun, Is.Empty, "the arcs are on their way");
        held.Hear(Ended(2));

        await Task.WhenAll(answers).WaitAsync(cancellation);
        Assert.That(Begun, Is.EqualTo(new[] { "moving", "staying", "moving", "staying", "moving", "staying" }));
        Assert.That(Ask(held, "staying").IsCompleted, Is.True);
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task A_job_that_comes_to_nothing_lets_everything_go_on(CancellationToken cancellation)
    {
        HeldRequests held = Make();
        held.Hear(Barrier(2, JobStep.Copying));
        Task<GatewayAnswer> answer = Ask(held, "staying");

        held.Hear(Ended(2) with { Latest = 1 });

        await answer.WaitAsync(cancellation);
        held.Hear(Barrier(2, JobStep.Draining));
        Assert.That(Ask(held, "staying").IsCompleted, Is.True, "what comes late holds nothing");
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task After_the_deadline_everything_goes_on_and_no_later_step_of_the_job_holds_it_again(CancellationToken cancellation)
    {
        HeldRequests held = Make(time: _short);
        held.Hear(Barrier(2, JobStep.Copying));

        await Ask(held, "staying").WaitAsync(cancellation);

        held.Hear(Barrier(2, JobStep.Draining));
        Assert.That((Ask(held, "staying").IsCompleted, Ask(held, "moving").IsCompleted), Is.EqualTo((true, true)));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task The_next_job_holds_no_more_than_it_is_for(CancellationToken cancellation)
    {
        HeldRequests held = Make();
        held.Hear(Barrier(2, JobStep.Committed));
        Task<GatewayAnswer> staying = Ask(held, "staying");

        held.Hear(SampleJob.News(3, JobStep.Draining, "moving") with { Latest = 2 });

        await staying.WaitAsync(cancellation);
        Assert.That((Ask(held, "staying").IsCompleted, Ask(held, "moving").IsCompleted), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Beyond_the_bound_a_request_is_busy_whatever_it_is_for()
    {
        HeldRequests held = Make(requests: 1);
        held.Hear(Barrier(2, JobStep.Copying));
        Assert.That(Ask(held, "staying").IsCompleted, Is.False);

        Task<GatewayAnswer> refused = Ask(held, "also staying");

        Assert.That(refused.IsCompletedSuccessfully, Is.True);
        Assert.That(Encoding.UTF8.GetString((await refused).Head.Span), Is.EqualTo("Fail | busy: 1 requests wait for a barrier, which is the limit"));
        Assert.That(Begun, Is.Empty);
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task All_requests_under_way_are_waited_for_and_otherwise_only_those_for_moving_arcs(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync();
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        await talk.SendAsync(["me | G | slow staying"], cancellation);
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 1, "it is under way");
        Assert.That(Arc.Of("slow staying"u8), Is.Not.EqualTo(Arc.Of("moving"u8)));

        Assert.That(fixture.Gateway.CountUnderWay(SampleJob.News(2, JobStep.Draining, "moving").UnderWay!), Is.Zero);
        Assert.That(fixture.Gateway.CountUnderWay(SampleJob.News(2, JobStep.Draining, "slow staying").UnderWay!), Is.EqualTo(1));
        Assert.That(fixture.Gateway.CountUnderWay(Barrier(2, JobStep.Draining).UnderWay!), Is.EqualTo(1));
        fixture.Gateway.Hear(Barrier(2, JobStep.Draining));
        await talk.SendAsync(["me | G | other"], cancellation);
        await Waiting.UntilAsync(() => fixture.Gateway.Held.Count == 1, "what comes then is held");
        fixture.Shards.LetGo();
        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | slow staying"), "and what was begun goes on");
        Assert.That(fixture.Gateway.CountUnderWay(Barrier(2, JobStep.Draining).UnderWay!), Is.Zero);
        fixture.Gateway.Hear(Ended(2));
        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | other"));
    }

    private static WatchJobResult Barrier(long job, JobStep step)
    {
        WatchJobResult news = SampleJob.News(job, step, "moving");
        return news with { UnderWay = news.UnderWay! with { IsBarrier = true } };
    }

    private static WatchJobResult Ended(long job) => new(WatchJobResult.PositionsPerJob * (job + 1), job, UnderWay: null);

    private static Task<GatewayAnswer> Ask(HeldRequests held, string name) => held.RunAsync(new GatewayRequest(RequestKind.Get, default, Encoding.ASCII.GetBytes(name)));

    private HeldRequests Make(int requests = 4096, TimeSpan? time = null) => new(new HoldBounds(requests, AtOnce: 1, time ?? _long), request =>
    {
        _begun.Enqueue(Encoding.ASCII.GetString(request.Name.Span));
        return Task.FromResult(GatewayAnswer.Missing);
    });
}
