using NUnit.Framework;
using PaxosShard.Replica.Node.Driver;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>What a trimmed log leaves is collected once it is enough, and once for all of it.</summary>
[TestFixture]
internal sealed class LogMemoryTests
{
    private const long Enough = LogMemory.Least;

    private int _collections;

    private LogMemory NewMemory()
    {
        _collections = 0;
        return new LogMemory(() => _collections++);
    }

    [Test]
    public void Nothing_is_collected_while_the_log_grows()
    {
        LogMemory memory = NewMemory();

        for (long bytes = 0; bytes < 10 * Enough; bytes += Enough / 4)
            memory.Observe(bytes);

        Assert.That(_collections, Is.Zero);
    }

    [Test]
    public void It_is_collected_when_the_trimming_is_over()
    {
        LogMemory memory = NewMemory();
        memory.Observe(3 * Enough);

        memory.Observe(2 * Enough);
        memory.Observe(Enough);
        Assert.That(_collections, Is.Zero, "more is given back in the next step");
        memory.Observe(Enough);
        memory.Observe(Enough + 1);

        Assert.That(_collections, Is.EqualTo(1));
    }

    [Test]
    public void A_little_is_collected_together_with_what_comes_later()
    {
        LogMemory memory = NewMemory();

        for (int round = 0; round < 4; round++)
        {
            Assert.That(_collections, Is.Zero);
            memory.Observe(Enough);
            memory.Observe(Enough - (Enough / 4));
        }

        memory.Observe(Enough);
        Assert.That(_collections, Is.EqualTo(1));
    }
}
