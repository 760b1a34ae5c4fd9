using NUnit.Framework;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>How long the steps of the core took is counted, the long ones apart.</summary>
[TestFixture]
internal sealed class StepTimesTests
{
    [Test]
    public void A_replica_that_made_no_step_has_no_time()
    {
        Assert.That($"{new StepTimes(new ReplicaId(0), new Clock(), new ThreadClock(new Clock(), static () => TimeSpan.Zero))}", Does.StartWith("0 steps of the core: half of them within 0 ms"));
    }

    [Test]
    public void Long_steps_are_counted_and_the_longest_is_named()
    {
        Clock clock = new();
        StepTimes times = new(new ReplicaId(0), clock, new ThreadClock(clock, () => TimeSpan.FromMilliseconds(clock.Microseconds / 2000.0)));
        foreach (int milliseconds in Enumerable.Repeat(1, 997).Concat([4, 6, 40]))
        {
            times.Begin();
            clock.Microseconds += milliseconds * 1000;
            times.End();
        }

        Assert.That($"{times}", Does.Match(@"^1000 steps of the core: half of them within 1(\.0\d)? ms, 99 % within 1(\.0\d)? ms, 99\.9 % within 6(\.0\d)? ms, 2 above 5 ms, the longest 40(\.\d+)? ms; in processor time half of them within \S+ ms, .*, 1 above 5 ms, the longest 20(\.\d+)? ms$"));
    }

    [Test]
    public void The_system_is_asked_for_processor_time_no_more_than_once_a_millisecond_and_about_long_steps()
    {
        Clock clock = new();
        int asked = 0;
        StepTimes times = new(new ReplicaId(0), clock, new ThreadClock(clock, Ask));
        for (int step = 0; step < 100; step++)
        {
            times.Begin();
            clock.Microseconds += 10;
            times.End();
        }

        Assert.That(asked, Is.EqualTo(1), "a hundred steps within a millisecond");
        clock.Microseconds += 600;
        times.Begin();
        clock.Microseconds += 7_000;
        times.End();

        Assert.That(asked, Is.EqualTo(3), "another millisecond, and a long step");
        Assert.That($"{times}", Does.Match(@"in processor time .*, the longest 7(\.\d+)? ms$"));

        TimeSpan Ask()
        {
            asked++;
            return TimeSpan.FromMicroseconds(clock.Microseconds);
        }
    }

    [Test]
    public void The_processor_time_of_a_long_step_is_never_too_short_and_no_longer_than_the_step()
    {
        Clock clock = new();
        StepTimes times = new(new ReplicaId(0), clock, new ThreadClock(clock, () => TimeSpan.FromMicroseconds(clock.Microseconds)));
        times.Begin();
        clock.Microseconds += 900;
        times.End();
        times.Begin();
        clock.Microseconds += 3_000;
        times.End();

        Assert.That($"{times}", Does.Match(@"in processor time .*, the longest 3(\.0\d)? ms$"), "what was asked 0.9 ms before the step is not added to it");
    }

    private sealed class Clock : TimeProvider
    {
        public long Microseconds { get; set; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => Microseconds;
    }
}
