using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;

namespace PaxosShard.Tests.Unit.Golden;

/// <summary>Which arc a name belongs to must never change.</summary>
public sealed class ArcTests
{
    [TestCase("lobby", 0x621)]
    [TestCase("Nobody inspects the spammish repetition", 0x6CB)]
    public void The_arc_of_a_name_is_the_top_12_bits_of_its_hash(string name, int expected) =>
        Assert.That(Arc.Of(Encoding.UTF8.GetBytes(name)), Is.EqualTo(new Arc(expected)));

    [Test]
    public void The_first_and_the_last_hash_are_in_the_first_and_the_last_arc()
    {
        Assert.That(Arc.OfHash(0), Is.EqualTo(new Arc(0)));
        Assert.That(Arc.OfHash(ulong.MaxValue >> 12), Is.EqualTo(new Arc(0)));
        Assert.That(Arc.OfHash((ulong.MaxValue >> 12) + 1), Is.EqualTo(new Arc(1)));
        Assert.That(Arc.OfHash(ulong.MaxValue), Is.EqualTo(new Arc(Arc.Count - 1)));
    }
}
