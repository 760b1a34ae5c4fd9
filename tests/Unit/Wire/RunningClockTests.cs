using NUnit.Framework;
using PaxosShard.Wire.Time;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>The clock by which others are judged: it does not run while the process does not.</summary>
public sealed class RunningClockTests
{
    private static readonly PauseRule _rule = new(LongestStep: 100, SettlingLooks: 5, MostSettlingLooks: 100);

    private RunningClock _clock = null!;
    private long _actual;

    [SetUp]
    public void StartTheClock()
    {
        _actual = 5000;
        _clock = new RunningClock(_actual, _rule);
    }

    [Test]
    public void While_the_process_runs_it_is_a_clock_like_any_other()
    {
        LookAfter(10, 25, 10, _rule.LongestStep);

        Assert.That(_clock.Now, Is.EqualTo(45 + _rule.LongestStep));
    }

    [Test]
    public void A_pause_counts_as_one_step_however_long_it_was()
    {
        LookAfter(10, 3_600_000, 10, 10, 10, 10, 10, 10, 10);

        Assert.That(_clock.Now, Is.EqualTo(10 + _rule.LongestStep + 20));
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

        Assert.That(looks, Is.EqualTo(_rule.MostSettlingLooks));
    }

    [Test]
    public void On_a_machine_where_every_step_is_long_time_goes_on_all_the_same()
    {
        for (int count = 0; count < 600; count++)
            LookAfter(500);

        Assert.That(_clock.Now, Is.EqualTo(100 * _rule.LongestStep));
    }

    [Test]
    public void It_says_whether_anybody_may_be_judged()
    {
        Assert.That(_clock.Look(_actual += 10), Is.True);
        for (int look = 0; look < _rule.SettlingLooks; look++)
            Assert.That(_clock.Look(_actual += 60_000), Is.False, $"look {look} after a pause");
        Assert.That(_clock.Look(_actual += 10), Is.True);
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
