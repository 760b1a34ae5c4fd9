using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Whose connections are taken for those of replicas.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ReplicaConnectionsTests
{
    [Test]
    public void A_client_with_the_port_of_a_replica_that_calls_elsewhere_is_not_taken_for_one()
    {
        (string, string)[] ends = [("caller:40", "first:1"), ("first:1", "caller:40"), ("second:2", "caller:40")];

        Assert.That(ReplicaConnections.Between(ends), Is.EqualTo(["caller:40-first:1", "first:1-caller:40"]));
    }

    [Test]
    public void A_connection_that_the_list_has_twice_is_one()
    {
        (string, string)[] ends = [("caller:40", "first:1"), ("first:1", "caller:40"), ("caller:40", "first:1")];

        Assert.That(ReplicaConnections.Between(ends), Has.Count.EqualTo(2));
    }
}
