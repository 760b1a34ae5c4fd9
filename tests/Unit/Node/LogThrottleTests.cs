using NUnit.Framework;
using PaxosShard.Replica.Node.Transport.Connections;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogThrottleTests
{
    private readonly LogThrottle _throttle = new(linesPerSecond: 2, repeatSeconds: 60);

    [Test]
    public void The_same_sentence_is_written_once_in_a_while()
    {
        Assert.That(_throttle.TryTake("a", 1_000, out _), Is.True);
        Assert.That(_throttle.TryTake("a", 60_999, out _), Is.False);
        Assert.That(_throttle.TryTake("a", 61_000, out long suppressed), Is.True);
        Assert.That(suppressed, Is.EqualTo(1));
    }

    [Test]
    public void Only_so_many_sentences_are_written_in_a_second()
    {
        _throttle.TryTake("a", 1_000, out _);
        _throttle.TryTake("b", 1_100, out _);

        Assert.That(_throttle.TryTake("c", 1_999, out _), Is.False);
        Assert.That(_throttle.TryTake("d", 2_000, out long suppressed), Is.True);
        Assert.That(suppressed, Is.EqualTo(1));
    }
}
