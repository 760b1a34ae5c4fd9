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
        Assert.That($"{new StepTimes(new ReplicaId(0), new Clock(), static () => TimeSpan.Zero)}", Does.StartWith("0 steps of the core: half of them within 0 ms"));
    }

    [Test]
    public void Long_steps_are_counted_and_the_longest_is_named()
    {
        Clock clock = new();
        StepTimes times = new(new ReplicaId(0), clock, () => TimeSpan.FromMilliseconds(clock.Milliseconds / 2));
        foreach (int milliseconds in Enumerable.Repeat(1, 997).Concat([4, 6, 40]))
        {
            times.Begin();
            clock.Milliseconds += milliseconds;
            times.End();
        }

        Assert.That($"{times}", Does.Match(@"^1000 steps of the core: half of them within 1(\.0\d)? ms, 99 % within 1(\.0\d)? ms, 99\.9 % within 6(\.0\d)? ms, 2 above 5 ms, the longest 40(\.\d+)? ms; in processor time half of them within \S+ ms, .*, 1 above 5 ms, the longest 20(\.\d+)? ms$"));
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
