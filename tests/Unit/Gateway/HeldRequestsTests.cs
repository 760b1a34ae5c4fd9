using System.Collections.Concurrent;
using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Master.Gateway.Holding;
using PaxosShard.Master.Gateway.Lines;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>Which requests are held back while a job drains, and when they go on.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HeldRequestsTests
{
    private const int Limit = 60_000;

    // Far beyond what a test takes.
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<string> _begun = new();
    private readonly TaskCompletionSource _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string[] Begun => [.. _begun];

    [Test]
    public void Without_a_job_that_drains_nothing_is_held([Values(JobStep.Copying, JobStep.Committed)] JobStep step)
    {
        HeldRequests held = Make();
        Assert.That(Ask(held, "moving").IsCompleted, Is.True);

        held.Hear(SampleJob.News(2, step, "moving"));

        Assert.That(Ask(held, "moving").IsCompleted, Is.True);
        Assert.That(Begun, Has.Length.EqualTo(2));
    }

    [Test]
    public void While_a_job_drains_exactly_the_requests_for_its_arcs_are_held()
    {
        HeldRequests held = Make();
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving", "also moving"));
        HashSet<int> moving = [Arc.Of("moving"u8).Number, Arc.Of("also moving"u8).Number];

        int waiting = 0;
        foreach (string name in (string[])["moving", "also moving", .. Enumerable.Range(0, 2000).Select(static number => $"name {number}")])
        {
            bool isHeld = !Ask(held, name).IsCompleted;
            Assert.That(isHeld, Is.EqualTo(moving.Contains(Arc.Of(Encoding.Latin1.GetBytes(name)).Number)), name);
            waiting += isHeld ? 1 : 0;
        }

        Assert.That((held.Count, Begun.Length), Is.EqualTo((waiting, 2002 - waiting)));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task What_is_held_goes_on_in_its_order_when_the_job_is_committed(CancellationToken cancellation)
    {
        HeldRequests held = Make(atOnce: 1);
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        Task<GatewayAnswer>[] answers = [.. Enumerable.Range(0, 100).Select(number => Ask(held, "moving", $"{number}"))];
        Assert.That((answers.Any(static answer => answer.IsCompleted), Begun.Length), Is.EqualTo((false, 0)));

        held.Hear(SampleJob.News(2, JobStep.Committed, "moving"));

        GatewayAnswer[] given = await Task.WhenAll(answers).WaitAsync(cancellation);
        Assert.That(Begun, Is.EqualTo(Enumerable.Range(0, 100).Select(static number => $"moving={number}")));
        Assert.That(given.Select(static answer => Encoding.ASCII.GetString(answer.Value!.Value.Span)), Is.EqualTo(Enumerable.Range(0, 100).Select(static number => $"{number}")));
        Assert.That((Ask(held, "moving").IsCompleted, held.Count), Is.EqualTo((true, 0)), "and nothing is held any more");
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task The_configuration_that_the_job_makes_ends_it_too_whoever_tells_of_it(CancellationToken cancellation)
    {
        HeldRequests held = Make();
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        Task<GatewayAnswer> answer = Ask(held, "moving");
        held.Hear(configuration: 1);
        Assert.That(answer.IsCompleted, Is.False, "the job goes from that one");

        held.Hear(configuration: 2);

        await answer.WaitAsync(cancellation);
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        Assert.That(Ask(held, "moving").IsCompleted, Is.True, "what is old by now holds nothing");
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task A_job_that_was_passed_without_a_configuration_ends_it(CancellationToken cancellation)
    {
        HeldRequests held = Make();
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        Task<GatewayAnswer> answer = Ask(held, "moving");

        held.Hear(new WatchJobResult(WatchJobResult.PositionsPerJob * 3, 1, UnderWay: null));

        await answer.WaitAsync(cancellation);
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        Assert.That(Ask(held, "moving").IsCompleted, Is.True, "what comes late holds nothing");
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Another_job_that_drains_holds_its_own_arcs_and_lets_those_of_the_one_before_go(CancellationToken cancellation)
    {
        HeldRequests held = Make();
        held.Hear(SampleJob.News(2, JobStep.Draining, "first"));
        Task<GatewayAnswer> first = Ask(held, "first");

        held.Hear(SampleJob.News(3, JobStep.Draining, "second") with { Latest = 2 });
        Task<GatewayAnswer> second = Ask(held, "second");

        await first.WaitAsync(cancellation);
        Assert.That((second.IsCompleted, Ask(held, "first").IsCompleted), Is.EqualTo((false, true)));
        held.Hear(SampleJob.News(3, JobStep.Committed, "second"));
        await second.WaitAsync(cancellation);
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task After_the_deadline_requests_go_on_anyway_and_the_job_holds_none_any_more(CancellationToken cancellation)
    {
        HeldRequests held = Make(time: _short);
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));

        await Ask(held, "moving").WaitAsync(cancellation);

        Assert.That(Ask(held, "moving").IsCompleted, Is.True);
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        Assert.That(Ask(held, "moving").IsCompleted, Is.True, "masters that say it again say nothing new");
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Beyond_the_bound_a_request_is_busy_and_is_not_begun(CancellationToken cancellation)
    {
        HeldRequests held = Make(requests: 3);
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        Task<GatewayAnswer>[] answers = [.. Enumerable.Range(0, 3).Select(_ => Ask(held, "moving"))];

        GatewayAnswer refused = await Ask(held, "moving").WaitAsync(cancellation);

        Assert.That(Encoding.UTF8.GetString(refused.Head.Span), Does.StartWith("Fail | busy: 3 requests wait for arcs"));
        Assert.That((held.Count, Begun.Length, Ask(held, "other").IsCompleted), Is.EqualTo((3, 0, true)));
        held.Hear(SampleJob.News(2, JobStep.Committed, "moving"));
        await Task.WhenAll(answers).WaitAsync(cancellation);
        Assert.That(Begun, Has.Length.EqualTo(4));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Not_more_than_have_space_go_on_at_once(CancellationToken cancellation)
    {
        HeldRequests held = Make(atOnce: 2);
        held.Hear(SampleJob.News(2, JobStep.Draining, "slow"));
        Task<GatewayAnswer>[] answers = [.. Enumerable.Range(0, 5).Select(number => Ask(held, "slow", $"{number}"))];

        held.Hear(SampleJob.News(2, JobStep.Committed, "slow"));

        await Waiting.UntilAsync(() => Begun.Length == 2, "two have begun");
        _slow.SetResult();
        await Task.WhenAll(answers).WaitAsync(cancellation);
        Assert.That(Begun, Has.Length.EqualTo(5));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Whoever_waits_too_long_for_a_turn_goes_on_without_one(CancellationToken cancellation)
    {
        HeldRequests held = Make(atOnce: 1, time: _short);
        held.Hear(SampleJob.News(2, JobStep.Draining, "slow", "quick"));
        Task<GatewayAnswer> slow = Ask(held, "slow");
        Task<GatewayAnswer> quick = Ask(held, "quick");

        await quick.WaitAsync(cancellation);

        Assert.That((slow.IsCompleted, Begun[0]), Is.EqualTo((false, "slow=")));
        _slow.SetResult();
        await slow.WaitAsync(cancellation);
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Once_closed_it_holds_nothing_for_good(CancellationToken cancellation)
    {
        HeldRequests held = Make();
        held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        Task<GatewayAnswer> answer = Ask(held, "moving");

        held.Close();

        await answer.WaitAsync(cancellation);
        held.Hear(SampleJob.News(3, JobStep.Draining, "moving"));
        Assert.That(Ask(held, "moving").IsCompleted, Is.True);
    }

    private static Task<GatewayAnswer> Ask(HeldRequests held, string name, string value = "") =>
        held.RunAsync(new GatewayRequest(RequestKind.Put, default, Encoding.Latin1.GetBytes(name)) { Value = Encoding.Latin1.GetBytes(value) });

    private HeldRequests Make(int requests = 4096, int atOnce = 128, TimeSpan? time = null) => new(new HoldBounds(requests, atOnce, time ?? _long), RunAsync);

    private async Task<GatewayAnswer> RunAsync(GatewayRequest request)
    {
        string name = Encoding.Latin1.GetString(request.Name.Span);
        _begun.Enqueue($"{name}={Encoding.Latin1.GetString(request.Value.Span)}");
        if (string.Equals(name, "slow", StringComparison.Ordinal))
            await _slow.Task;
        return GatewayAnswer.Found(request.Value);
    }
}
