using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.Tests.Unit.ChatApp.Groups;

[TestFixture]
internal sealed class LocalAddressesTests
{
    [TestCase(32768, 60999, 12768, 32767)]
    [TestCase(15000, 65535, 1024, 14999)]
    [TestCase(1024, 60000, 60001, 65535)]
    public void Ports_are_chosen_outside_of_those_of_outgoing_connections(int first, int last, int lowest, int highest) =>
        Assert.That(LocalAddresses.Outside((first, last)), Is.EqualTo((lowest, highest)));

    [Test]
    public void A_machine_that_gives_all_ports_to_outgoing_connections_has_none_outside()
    {
        (int lowest, int highest) = LocalAddresses.Outside((1024, 65535));

        Assert.That(lowest, Is.GreaterThan(highest));
    }

    [TestCase(null, "127.0.0.1")]
    [TestCase("", "127.0.0.1")]
    [TestCase("127.5.6.7", "127.5.6.7")]
    public void What_is_started_listens_at_the_usual_address_of_this_machine_or_at_the_one_that_is_named(string? named, string host)
    {
        Shell shell = new(static _ => { }, static _ => { }, name => name.Equals("PX_LOOPBACK", StringComparison.Ordinal) ? named : null);

        Assert.That(LocalAddresses.Host(shell).ToString(), Is.EqualTo(host));
        Assert.That(LocalAddresses.Choose(LocalAddresses.Host(shell)), Does.StartWith($"{host}:"));
    }
}
