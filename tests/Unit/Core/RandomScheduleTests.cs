using NUnit.Framework;

namespace PaxosShard.Tests.Unit.Core;

[TestFixture]
internal sealed class RandomScheduleTests
{
    private const int Seeds = 40;

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(5)]
    public void Replicas_that_decide_a_slot_decide_the_same_whatever_is_lost_repeated_or_crashes(int replicaCount)
    {
        int decided = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            RandomSchedule schedule = new(seed, replicaCount);
            schedule.Run(4_000, withFaults: true);
            schedule.Heal();
            schedule.Settle(500);
            schedule.ExpectAllEqual();
            decided += schedule.DecidedSlots;
        }

        Assert.That(decided, Is.GreaterThan(Seeds * 20), "the schedules get something done");
    }
}
