using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Addresses as people write them: what is one is the same for replicas and clients.</summary>
[TestFixture]
public sealed class NetworkAddressTests
{
    [TestCase("127.0.0.1:7000", "127.0.0.1", 7000, true)]
    [TestCase("localhost:1", "localhost", 1, true)]
    [TestCase("[::1]:65535", "::1", 65535, true)]
    [TestCase("r0.example.org:0", "r0.example.org", 0, false)]
    [TestCase("192.0.2.1:7000", "192.0.2.1", 7000, false)]
    public void An_address_is_read_and_written(string text, string host, int port, bool isLoopback)
    {
        NetworkAddress address = NetworkAddress.Parse(text);

        Assert.That(address, Is.EqualTo(new NetworkAddress(host, port)));
        Assert.That(address.ToString(), Is.EqualTo(text));
        Assert.That(address.IsLoopback, Is.EqualTo(isLoopback));
        Assert.That(NetworkAddress.IsDestination(text), Is.EqualTo(port > 0));
    }

    [TestCase("")]
    [TestCase("7000")]
    [TestCase(":7000")]
    [TestCase("host")]
    [TestCase("host:")]
    [TestCase("host:65536")]
    [TestCase("host:-1")]
    [TestCase("host: 7")]
    [TestCase("a b:7")]
    [TestCase("a,b:7")]
    [TestCase("a/b:7")]
    [TestCase("::1:7")]
    [TestCase("[]:7")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.That(() => NetworkAddress.Parse(text), Throws.InstanceOf<InvalidOptionsException>().With.Message.Contains($"'{text}'"));
        Assert.That(NetworkAddress.IsDestination(text), Is.False);
    }

    [Test]
    public void The_longest_name_of_a_machine_fits_and_more_does_not()
    {
        string longest = string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ":65535";

        Assert.That(NetworkAddress.IsDestination(longest), Is.True);
        Assert.That(NetworkAddress.IsDestination(longest.PadLeft(NetworkAddress.LongestText + 1, 'a')), Is.False);
    }
}
