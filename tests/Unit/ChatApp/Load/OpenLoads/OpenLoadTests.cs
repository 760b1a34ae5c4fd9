using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.OpenLoads;

namespace PaxosShard.Tests.Unit.ChatApp.Load.OpenLoads;

/// <summary>What a key has to hold in the end: the last acknowledged write of it, or a later one.</summary>
[TestFixture]
internal sealed class OpenLoadTests
{
    [TestCase(0, 0)]
    [TestCase(5, 0)]
    [TestCase(7, 0)]
    [TestCase(4, 1)]
    [TestCase(1, 4)]
    [TestCase(8, 5)]
    [TestCase(-1, 5)]
    public void Of_7_writes_of_which_5_were_acknowledged_those_behind_the_value_are_lost(long held, long lost)
    {
        long acknowledged = held == 0 ? 0 : 5;

        Assert.That(OpenLoad.LostOf(acknowledged, 7, OpenLoad.ValueOf(held)), Is.EqualTo(lost));
    }

    [Test]
    public void A_key_that_is_not_there_has_lost_all_of_them()
    {
        Assert.That(OpenLoad.LostOf(5, 7, null), Is.EqualTo(5));
        Assert.That(OpenLoad.LostOf(5, 7, new byte[3]), Is.EqualTo(5), "nor is that a value of the load");
        Assert.That(OpenLoad.LostOf(0, 7, null), Is.Zero, "nothing was acknowledged");
    }
}
