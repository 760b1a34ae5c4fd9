using NUnit.Framework;
using PaxosShard.Master.Driving;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>What takes a job from its draining to the next configuration, call by call.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class JobDriverTests
{
    private readonly JobDriver _driver = new();

    [Test]
    public void It_asks_at_once_and_then_for_what_is_new()
    {
        Assert.That(_driver.Step(now: 0, underWay: 0), Is.EqualTo(new WatchJob(-1)));

        _driver.Answer(new WatchJobResult(16, 1, UnderWay: null));
        Assert.That((_driver.NextStep(5), _driver.Step(5, 0)), Is.EqualTo((5L, (JobCall)new WatchJob(16))));
        _driver.Answer(News(2, JobStep.Copying));
        Assert.That((_driver.Draining, _driver.Step(6, 0)), Is.EqualTo(((JobUnderWay?)null, (JobCall)new WatchJob(18))), "copying is the business of the groups");
        _driver.Answer(News(2, JobStep.Committed));
        Assert.That((_driver.Draining, _driver.Step(7, 0)), Is.EqualTo(((JobUnderWay?)null, (JobCall)new WatchJob(20))), "and so is handing over");
    }

    [Test]
    public void A_job_is_committed_at_once_when_no_request_is_under_way()
    {
        _driver.Answer(News(2, JobStep.Draining));

        Assert.That(_driver.Draining!.Job, Is.EqualTo(2));
        Assert.That(_driver.Step(100, 0), Is.EqualTo(new CommitJob(2)));
    }

    [Test]
    public void Requests_under_way_are_waited_for_and_looked_at_often()
    {
        _driver.Answer(News(2, JobStep.Draining));
        for (long now = 100; now < 600; now += JobDriver.Look)
        {
            Assert.That(_driver.Step(now, underWay: 3), Is.Null);
            Assert.That(_driver.NextStep(now), Is.EqualTo(now + JobDriver.Look));
        }

        Assert.That(_driver.Step(600, underWay: 0), Is.EqualTo(new CommitJob(2)));
    }

    [Test]
    public void A_job_that_is_a_barrier_waits_for_longer_and_not_for_good()
    {
        WatchJobResult news = News(2, JobStep.Draining);
        _driver.Answer(news with { UnderWay = news.UnderWay! with { IsBarrier = true } });
        Assert.That(_driver.Step(100, underWay: 1), Is.Null);

        Assert.That(JobDriver.LongestBarrierDrain, Is.GreaterThan(JobDriver.LongestDrain));
        Assert.That(_driver.Step(100 + JobDriver.LongestBarrierDrain - 1, underWay: 1), Is.Null);
        Assert.That(_driver.Step(100 + JobDriver.LongestBarrierDrain, underWay: 1), Is.EqualTo(new CommitJob(2)));
    }

    [Test]
    public void Requests_under_way_are_waited_for_until_the_deadline()
    {
        _driver.Answer(News(2, JobStep.Draining));
        Assert.That(_driver.Step(100, underWay: 3), Is.Null);

        Assert.That(_driver.Step(100 + JobDriver.LongestDrain - 1, underWay: 3), Is.Null);
        Assert.That(_driver.NextStep(100 + JobDriver.LongestDrain - 1), Is.EqualTo(100 + JobDriver.LongestDrain), "not a look later");
        Assert.That(_driver.Step(100 + JobDriver.LongestDrain, underWay: 3), Is.EqualTo(new CommitJob(2)));
    }

    [Test]
    public void What_is_committed_is_told_once_and_the_masters_are_asked_again()
    {
        _driver.Answer(News(2, JobStep.Draining));
        Assert.That(_driver.Step(100, 0), Is.EqualTo(new CommitJob(2)));

        _driver.Committed();

        Assert.That((_driver.Draining, _driver.Step(100, 0)), Is.EqualTo(((JobUnderWay?)null, (JobCall)new WatchJob(19))));
        _driver.Answer(News(2, JobStep.Committed));
        Assert.That(_driver.Step(101, 0), Is.EqualTo(new WatchJob(20)));
    }

    [Test]
    public void A_job_that_is_still_draining_when_the_masters_say_so_again_is_committed_again()
    {
        _driver.Answer(News(2, JobStep.Draining));
        _driver.Step(100, 0);
        _driver.Committed();

        _driver.Answer(News(2, JobStep.Draining));

        Assert.That(_driver.Step(5200, 0), Is.EqualTo(new CommitJob(2)));
    }

    [Test]
    public void After_a_failure_it_makes_the_same_call_again_with_growing_pauses()
    {
        _driver.Answer(News(2, JobStep.Draining));
        long now = 100;
        foreach (long pause in (long[])[20, 40, 80, 160, 320, 640, 1000, 1000])
        {
            Assert.That(_driver.Step(now, 0), Is.EqualTo(new CommitJob(2)));
            _driver.Fail(now);
            Assert.That(_driver.NextStep(now), Is.EqualTo(now + pause));
            Assert.That(_driver.Step(now + pause - 1, 0), Is.Null);
            now += pause;
        }

        Assert.That(_driver.Step(now, 0), Is.EqualTo(new CommitJob(2)));
        _driver.Committed();
        Assert.That(_driver.Step(now, 0), Is.EqualTo(new WatchJob(19)));
        _driver.Fail(now);
        Assert.That(_driver.NextStep(now), Is.EqualTo(now + 20), "pauses begin anew behind a success");
        Assert.That(_driver.Step(now + 20, 0), Is.EqualTo(new WatchJob(19)));
    }

    [Test]
    public void The_deadline_goes_on_while_commits_fail()
    {
        _driver.Answer(News(2, JobStep.Draining));
        _driver.Step(100, underWay: 3);
        Assert.That(_driver.Step(100 + JobDriver.LongestDrain, underWay: 3), Is.EqualTo(new CommitJob(2)));

        _driver.Fail(100 + JobDriver.LongestDrain);

        Assert.That(_driver.Step(120 + JobDriver.LongestDrain, underWay: 3), Is.EqualTo(new CommitJob(2)));
    }

    [Test]
    public void Another_job_has_a_deadline_of_its_own()
    {
        _driver.Answer(News(2, JobStep.Draining));
        _driver.Step(100, underWay: 3);
        _driver.Step(100 + JobDriver.LongestDrain, underWay: 3);
        _driver.Committed();
        _driver.Answer(News(3, JobStep.Draining));

        Assert.That(_driver.Step(5000, underWay: 3), Is.Null);
        Assert.That(_driver.Step(4999 + JobDriver.LongestDrain, underWay: 3), Is.Null);
        Assert.That(_driver.Step(5000 + JobDriver.LongestDrain, underWay: 3), Is.EqualTo(new CommitJob(3)));
    }

    [Test]
    public void What_is_older_than_what_is_known_changes_nothing()
    {
        _driver.Answer(News(3, JobStep.Copying));

        _driver.Answer(News(2, JobStep.Draining));

        Assert.That((_driver.Draining, _driver.Step(1, 0)), Is.EqualTo(((JobUnderWay?)null, (JobCall)new WatchJob(26))));
    }

    private static WatchJobResult News(long job, JobStep step)
    {
        long from = job - 1;
        JobUnderWay underWay = new(job, JobKind.MoveArcs, step, from, [new ArcTransfer(new GroupId(1), new GroupId(2), [7])], []);
        return new WatchJobResult((WatchJobResult.PositionsPerJob * job) + (long)step, step == JobStep.Committed ? job : from, underWay);
    }
}
