using NUnit.Framework;
using PaxosShard.Client.Core;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>The clock by which a client judges others: it does not run while the process does not.</summary>
public sealed class RunningClockTests
{
    private RunningClock _clock = null!;
    private long _actual;

    [SetUp]
    public void StartTheClock()
    {
        _actual = 5000;
        _clock = new RunningClock(_actual);
    }

    [Test]
    public void While_the_process_runs_it_is_a_clock_like_any_other()
    {
        LookAfter(10, 25, 10, RunningClock.LongestStep);

        Assert.That(_clock.Now, Is.EqualTo(45 + RunningClock.LongestStep));
    }

    [Test]
    public void A_pause_counts_as_one_step_however_long_it_was()
    {
        LookAfter(10, 3_600_000, 10, 10, 10, 10, 10, 10, 10);

        Assert.That(_clock.Now, Is.EqualTo(10 + RunningClock.LongestStep + 20));
    }

    [Test]
    public void After_a_pause_it_stands_until_what_came_meanwhile_can_have_been_read()
    {
        LookAfter(10, 60_000, 10, 10, 10, 10);

        Assert.That(_clock.Now, Is.EqualTo(10));
    }

    [Test]
    public void It_stands_for_longer_while_something_lies_unread_but_not_for_ever()
    {
        LookAfter(60_000);
        int looks = 0;
        while (_clock.Now == 0 && looks < 10_000)
        {
            _clock.Look(_actual += 10, hasUnread: true);
            looks++;
        }

        Assert.That(looks, Is.EqualTo(RunningClock.SettlingLooksMax));
    }

    [Test]
    public void On_a_machine_where_every_step_is_long_time_goes_on_all_the_same()
    {
        for (int count = 0; count < 600; count++)
            LookAfter(500);

        Assert.That(_clock.Now, Is.EqualTo(100 * RunningClock.LongestStep));
    }

    [Test]
    public void It_never_goes_back()
    {
        LookAfter(10, -4000, 10);

        Assert.That(_clock.Now, Is.EqualTo(10));
    }

    private void LookAfter(params ReadOnlySpan<long> steps)
    {
        foreach (long step in steps)
            _clock.Look(_actual += step);
    }
}
