using NUnit.Framework;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>Log time as a replica knows it: never back, never still, and never more than 1 % faster or slower than time passes (rule 9; schedule 53).</summary>
public sealed class LogClockTests
{
    private const long Start = 1_700_000_000_000;
    private const long Hour = 60 * 60 * 1000;
    private const long Year = 365L * 24 * Hour;

    private LogClock _clock = null!;

    [SetUp]
    public void StartAnEmptyClock() => _clock = new LogClock();

    [Test]
    public void Without_any_entry_it_shows_the_wall_clock_also_when_that_goes_back()
    {
        foreach ((long wall, long expected) in new[] { (Start, Start), (Start + Year, Start + Year), (5, 5), (-1, 0), (long.MinValue, 0), (long.MaxValue, Limits.HighestTime) })
        {
            _clock.OnStep(new Instant(wall, 0));
            Assert.That(_clock.Now, Is.EqualTo(expected));
        }
    }

    [Test]
    public void What_a_primary_tells_raises_it_and_nothing_told_changes_nothing()
    {
        _clock.OnStep(new Instant(Start, 0));
        _clock.OnHeard(0);
        Assert.That(_clock.Now, Is.EqualTo(Start), "it has no stamp yet, and shows the wall clock");

        _clock.OnStamp(Start - Hour);
        _clock.OnHeard(Start);
        _clock.OnHeard(Start - 1);

        Assert.That(_clock.Now, Is.EqualTo(Start));
    }

    [Test]
    public void The_first_stamp_counts_whatever_the_wall_clock_showed_before()
    {
        _clock.OnStep(new Instant(Start, 0));

        _clock.OnStamp(Start - Year);

        Assert.That(_clock.Now, Is.EqualTo(Start - Year));
    }

    [Test]
    public void Stamps_that_were_found_on_the_disk_count_from_the_first_step_on()
    {
        _clock.OnStamp(500);
        _clock.OnStamp(700);
        _clock.OnStamp(600);

        _clock.OnStep(new Instant(Start, 123_456));
        Assert.That(_clock.Now, Is.EqualTo(700), "no time has passed that this clock has seen");
        _clock.OnStep(new Instant(Start, 123_556));

        Assert.That(_clock.Now, Is.EqualTo(801));
    }

    [TestCase(1)]
    [TestCase(5)]
    [TestCase(700)]
    public void Beside_a_wall_clock_that_agrees_it_is_the_last_stamp_and_the_time_since(long step)
    {
        _clock.OnStep(new Instant(Start, 0));
        _clock.OnStamp(Start);
        for (long passed = step; passed <= 100 * step; passed += step)
        {
            _clock.OnStep(new Instant(Start + passed, passed));
            Assert.That(_clock.Now, Is.EqualTo(Start + passed));
        }
    }

    [TestCase(1, Year, 101)]
    [TestCase(1, -Year, 99)]
    [TestCase(5, Year, 101)]
    [TestCase(5, -Year, 99)]
    [TestCase(700, Year, 101)]
    [TestCase(700, -Year, 99)]
    public void In_an_hour_it_is_bent_by_one_percent_towards_a_wall_clock_that_is_far_off(long step, long off, int percent)
    {
        _clock.OnStep(new Instant(Start + off, 0));
        _clock.OnStamp(Start);
        long passed = 0;
        while (passed < Hour)
        {
            passed += step;
            _clock.OnStep(new Instant(Start + off + passed, passed));
        }

        Assert.That(_clock.Now - Start, Is.EqualTo(passed * percent / 100));
    }

    [TestCase(1, 30)]
    [TestCase(5, 30)]
    [TestCase(700, 30)]
    [TestCase(1, -30)]
    [TestCase(5, -30)]
    [TestCase(700, -30)]
    public void It_comes_as_near_as_the_wall_clock_and_stays_with_it(long step, long off)
    {
        _clock.OnStep(new Instant(Start + off, 0));
        _clock.OnStamp(Start);
        long passed = 0;
        while (passed < 20_000)
        {
            passed += step;
            _clock.OnStep(new Instant(Start + off + passed, passed));
            long bent = Math.Sign(off) * Math.Min(Math.Abs(off) * 100, passed);
            Assert.That(_clock.Now, Is.EqualTo(Start + (((passed * 100) + bent) / 100)));
        }

        Assert.That(_clock.Now, Is.EqualTo(Start + off + passed), "it has arrived");
    }

    [Test]
    public void A_wall_clock_that_jumps_to_and_fro_moves_it_neither_back_nor_out_of_one_percent([Values(1, 5, 700)] int step, [Range(1, 5)] int seed)
    {
        Random random = new(seed);
        AssertWithinOnePercent(step, passed => random.Next(4) switch
        {
            0 => Start + passed + Year,
            1 => Start + passed - Year,
            2 => Start + passed + random.Next(-1000, 1000),
            _ => random.NextInt64(),
        });
    }

    [Test]
    public void A_wall_clock_that_shows_nonsense_moves_it_by_no_more_than_one_percent(
        [Values(long.MinValue, -1L, 0L, Limits.HighestTime, Limits.HighestTime + 1, long.MaxValue)] long wall, [Values(1, 5, 700)] int step) =>
        AssertWithinOnePercent(step, _ => wall);

    [Test]
    public void A_stamp_from_elsewhere_lifts_it_and_a_lower_one_does_not_lower_it()
    {
        _clock.OnStep(new Instant(Start, 0));
        _clock.OnStamp(Start);
        _clock.OnStep(new Instant(Start + 100, 100));

        _clock.OnStamp(Start + 99);
        Assert.That(_clock.Now, Is.EqualTo(Start + 100));
        _clock.OnStamp(Start + Year);
        Assert.That(_clock.Now, Is.EqualTo(Start + Year));
        _clock.OnStep(new Instant(Start + 1100, 1100));

        Assert.That(_clock.Now, Is.EqualTo(Start + Year + 990), "from there on by the time that passed, bent back to the wall clock");
    }

    [Test]
    public void A_stamp_of_a_millisecond_that_has_begun_does_not_take_back_a_part_of_it()
    {
        _clock.OnStep(new Instant(0, 0));
        _clock.OnStamp(Start);
        _clock.OnStep(new Instant(0, 1));
        for (long passed = 2; passed <= 200; passed++)
        {
            _clock.OnStamp(_clock.Now);
            _clock.OnStep(new Instant(0, passed));
        }

        Assert.That(_clock.Now, Is.EqualTo(Start + 198), "99 hundredths of each millisecond, whatever is stamped meanwhile");
    }

    [Test]
    public void Steps_in_which_no_time_passes_and_monotonic_time_that_goes_back_leave_it_where_it_is()
    {
        _clock.OnStep(new Instant(Start, 5000));
        _clock.OnStamp(Start);
        foreach (long monotonic in new[] { 5000L, 4000, 5000, 0, 5000 })
        {
            _clock.OnStep(new Instant(Start + Year, monotonic));
            Assert.That(_clock.Now, Is.EqualTo(Start));
        }

        _clock.OnStep(new Instant(Start + 100, 5100));
        Assert.That(_clock.Now, Is.EqualTo(Start + 100));
    }

    [Test]
    public void A_pause_of_a_year_passes_as_a_year()
    {
        _clock.OnStep(new Instant(Start, 0));
        _clock.OnStamp(Start);

        _clock.OnStep(new Instant(Start + Year, Year));

        Assert.That(_clock.Now, Is.EqualTo(Start + Year));
    }

    [Test]
    public void It_ends_at_the_highest_time_that_is_believed()
    {
        _clock.OnStamp(Limits.HighestTime - 10);
        _clock.OnStep(new Instant(long.MaxValue, 0));

        _clock.OnStep(new Instant(long.MaxValue, 9));
        Assert.That(_clock.Now, Is.EqualTo(Limits.HighestTime - 1));
        _clock.OnStep(new Instant(long.MaxValue, Hour));

        Assert.That(_clock.Now, Is.EqualTo(Limits.HighestTime));
    }

    // Ten thousand steps and more of it, to a minute at least; each step and all together are looked at.
    private void AssertWithinOnePercent(int step, Func<long, long> wall)
    {
        _clock.OnStep(new Instant(wall(0), 0));
        _clock.OnStamp(Start);
        long before = Start;
        string? wrong = null;
        for (long passed = step; passed <= Math.Max(60_000, 10_000L * step) && wrong is null; passed += step)
        {
            _clock.OnStep(new Instant(wall(passed), passed));
            long now = _clock.Now;

            // Parts of a millisecond are kept and not shown: each bound may be off by one.
            bool isStep = now >= before && now - before >= (step * 99 / 100) - 1 && now - before <= (step * 101 / 100) + 1;
            bool isAll = now - Start >= passed * 99 / 100 && now - Start <= passed * 101 / 100;
            wrong = isStep && isAll ? null : $"{now - before} in a step of {step}, {now - Start} in {passed}";
            before = now;
        }

        Assert.That(wrong, Is.Null);
        Assert.That(_clock.Now, Is.GreaterThan(Start));
    }
}
