using NUnit.Framework;
using PaxosShard.Replica.Hosting;

namespace PaxosShard.Tests.Unit.Programs;

/// <summary>Who is named as the holder of a port that several have.</summary>
[TestFixture]
public sealed class PortOwnerTests
{
    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private const string JustEnded = "   0: 0100007F:8742 0100007F:9A93 06 00000000:00000000 03:000014F0 00000000     0        0 0 3 0000000000000000";
    private const string Living = "   1: 0100007F:8742 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000";
    private const string Listening = "   2: 0100007F:8742 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000";
    private const string Elsewhere = "   3: 0100007F:8743 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000";

    [TestCase("4712", JustEnded, Living, Listening)]
    [TestCase("4711", JustEnded, Living)]
    [TestCase("4711", Living, JustEnded)]
    [TestCase("0", JustEnded)]
    public void A_listener_comes_before_a_connection_that_lives_and_that_before_one_that_has_just_ended(string inode, params string[] lines)
    {
        PortOwner.Holder[] holders = [.. PortOwner.HoldersOf([Header, Elsewhere, .. lines], 0x8742)];

        Assert.That(holders, Has.Length.EqualTo(lines.Length));
        Assert.That(PortOwner.Choose(holders).Inode, Is.EqualTo(inode));
    }
}
