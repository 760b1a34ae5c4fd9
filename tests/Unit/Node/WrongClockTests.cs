using NUnit.Framework;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Tests.Unit.Durability;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>A wall clock that is wrong on purpose: only the wall clock, by as much as was asked for.</summary>
public sealed class WrongClockTests
{
    private static readonly TimeSpan _year = TimeSpan.FromDays(365);

    [Test]
    public void Without_such_a_fault_the_clocks_are_those_of_the_machine() =>
        Assert.That(WrongClock.Of(TimeProvider.System, new FaultOptions()), Is.SameAs(TimeProvider.System));

    [Test]
    public void A_clock_is_ahead_or_behind_by_its_offset_whatever_time_passes()
    {
        StoppedTime machine = new();
        TimeProvider ahead = WrongClock.Of(machine, new FaultOptions { ClockOffset = _year });
        TimeProvider behind = WrongClock.Of(machine, new FaultOptions { ClockOffset = -_year });

        machine.Pass(TimeSpan.FromMilliseconds(700));

        Assert.That(ahead.GetUtcNow(), Is.EqualTo(machine.GetUtcNow() + _year));
        Assert.That(behind.GetUtcNow(), Is.EqualTo(machine.GetUtcNow() - _year));
    }

    [Test]
    public void A_clock_that_jumps_is_wrong_and_right_by_turns()
    {
        StoppedTime machine = new();
        machine.Pass(TimeSpan.FromSeconds(5));
        TimeProvider clock = WrongClock.Of(machine, new FaultOptions { ClockJump = -_year, ClockJumpEvery = TimeSpan.FromMilliseconds(100) });
        List<TimeSpan> errors = [];

        for (int look = 0; look < 6; look++)
        {
            errors.Add(clock.GetUtcNow() - machine.GetUtcNow());
            machine.Pass(TimeSpan.FromMilliseconds(50));
        }

        Assert.That(errors, Is.EqualTo(new[] { TimeSpan.Zero, TimeSpan.Zero, -_year, -_year, TimeSpan.Zero, TimeSpan.Zero }));
    }

    [Test]
    public void Monotonic_time_is_that_of_the_machine()
    {
        StoppedTime machine = new();
        TimeProvider clock = WrongClock.Of(machine, new FaultOptions { ClockOffset = -_year, ClockJump = _year });

        machine.Pass(TimeSpan.FromSeconds(3));

        Assert.That(clock.GetTimestamp(), Is.EqualTo(machine.GetTimestamp()));
        Assert.That(clock.TimestampFrequency, Is.EqualTo(machine.TimestampFrequency));
    }

    [TestCase(36_501, 0, 500)]
    [TestCase(-36_501, 0, 500)]
    [TestCase(0, 36_501, 500)]
    [TestCase(0, 1, 0)]
    public void What_no_clock_can_show_is_refused(int offsetDays, int jumpDays, int milliseconds)
    {
        FaultOptions options = new()
        {
            ClockOffset = TimeSpan.FromDays(offsetDays),
            ClockJump = TimeSpan.FromDays(jumpDays),
            ClockJumpEvery = TimeSpan.FromMilliseconds(milliseconds),
        };

        Assert.That(options.Validate, Throws.InstanceOf<InvalidOptionsException>());
    }
}
