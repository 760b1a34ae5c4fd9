using NUnit.Framework;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.Tests.Unit.ChatApp.Groups;

[TestFixture]
internal sealed class LocalPortsTests
{
    [TestCase(32768, 60999, 12768, 32767)]
    [TestCase(15000, 65535, 1024, 14999)]
    [TestCase(1024, 60000, 60001, 65535)]
    public void Ports_are_chosen_outside_of_those_of_outgoing_connections(int first, int last, int lowest, int highest) =>
        Assert.That(LocalPorts.Outside((first, last)), Is.EqualTo((lowest, highest)));

    [Test]
    public void A_machine_that_gives_all_ports_to_outgoing_connections_has_none_outside()
    {
        (int lowest, int highest) = LocalPorts.Outside((1024, 65535));

        Assert.That(lowest, Is.GreaterThan(highest));
    }
}
