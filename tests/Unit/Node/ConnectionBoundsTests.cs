using NUnit.Framework;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Node;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>How many connections a replica takes.</summary>
[TestFixture]
internal sealed class ConnectionBoundsTests
{
    [TestCase(null, ExpectedResult = 12 * 1024)]
    [TestCase(20_000L, ExpectedResult = 12 * 1024)]
    [TestCase(1024L, ExpectedResult = 512)]
    [TestCase(256L, ExpectedResult = 16)]
    public int By_default_there_are_as_many_as_open_files_allow(long? openFiles)
    {
        NodeLimits limits = ConnectionBounds.Of(local: null, openFiles);
        limits.Validate();
        return limits.ConnectionsFromLoopback;
    }

    [Test]
    public void As_many_as_are_asked_for_leave_places_for_others()
    {
        NodeLimits limits = ConnectionBounds.Of(20_000, openFiles: 30_000);

        Assert.That(limits.ConnectionsFromLoopback, Is.EqualTo(20_000));
        Assert.That(limits.Connections, Is.GreaterThan(20_000 + Limits.Replicas));
    }

    [TestCase(15)]
    [TestCase(65_537)]
    public void Too_few_and_too_many_are_refused(int local) =>
        Assert.That(() => ConnectionBounds.Of(local, openFiles: null), Throws.InstanceOf<InvalidOptionsException>().With.Message.Contains($"--local-connections: '{local}' is not 16 to 65536"));

    [Test]
    public void More_than_the_system_allows_are_refused_when_they_are_asked_for() =>
        Assert.That(() => ConnectionBounds.Of(1000, openFiles: 1024), Throws.InstanceOf<ReportedException>().With.Message.Contains("ulimit -n"));
}
