using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.OpenLoads;

namespace PaxosShard.Tests.Unit.ChatApp.Load.OpenLoads;

/// <summary>When the writes of an open loop are due: by the clock alone.</summary>
[TestFixture]
internal sealed class WriteScheduleTests
{
    [TestCase(2000, 0, 0)]
    [TestCase(2000, 1, 0.5)]
    [TestCase(2000, 2000, 1000)]
    [TestCase(0.5, 3, 6000)]
    public void Writes_are_due_at_equal_distances_from_the_beginning_on(double perSecond, long write, double milliseconds) =>
        Assert.That(new WriteSchedule(perSecond).DueOf(write).TotalMilliseconds, Is.EqualTo(milliseconds));

    [TestCase(-1, 0)]
    [TestCase(0, 1)]
    [TestCase(0.4999, 1)]
    [TestCase(0.5, 2)]
    [TestCase(999.9, 2000)]
    public void By_a_time_all_are_due_whose_time_has_come(double milliseconds, long count) =>
        Assert.That(new WriteSchedule(2000).CountBy(TimeSpan.FromMilliseconds(milliseconds)), Is.EqualTo(count));

    [TestCase(3)]
    [TestCase(7)]
    [TestCase(1999)]
    [TestCase(20_000)]
    public void A_write_is_never_sent_before_it_is_due_and_none_is_left_out(double perSecond)
    {
        WriteSchedule schedule = new(perSecond);
        for (long write = 0; write < 10_000; write++)
        {
            Assert.That(schedule.CountBy(schedule.DueOf(write)), Is.EqualTo(write + 1), "it is the last one that is due then");
            Assert.That(schedule.CountBy(schedule.DueOf(write) - TimeSpan.FromTicks(1)), Is.EqualTo(write), "and is not due a moment before");
        }
    }
}
