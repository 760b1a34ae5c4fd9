using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Moves;
using PaxosShard.Tests.Unit.Hashing;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Machines.Moves;

/// <summary>What a group gives and gets between two configurations, compared with the list of all moves between them.</summary>
[TestFixture]
internal sealed class ArcExchangeTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void What_is_exchanged_is_what_moves(int number)
    {
        GroupId group = new(number);
        Configuration three = SampleShards.FirstOf(1, 2, 3);
        Configuration joined = SampleShards.Joined(three, SampleShards.Of(4));

        foreach ((Configuration now, Configuration next) in new[] { (three, joined), (joined, SampleShards.Left(joined, new GroupId(2))), (Configuration.Zero, three) })
        {
            ArcExchange exchange = ArcExchange.Between(now, next, group);

            Assert.That(Shares(exchange.Given), Is.EqualTo(Expected(now, next, move => move.From == group, static move => move.To)));
            Assert.That(Shares(exchange.Got), Is.EqualTo(Expected(now, next, move => move.To == group && move.From != GroupId.None, static move => move.From)));
        }
    }

    [Test]
    public void A_group_that_has_no_configuration_exchanges_nothing()
    {
        ArcExchange exchange = ArcExchange.Between(null, SampleShards.FirstOf(1, 2), new GroupId(1));

        Assert.That(exchange.Given, Is.Empty);
        Assert.That(exchange.Got, Is.Empty);
    }

    [Test]
    public void A_share_is_of_its_group_and_of_exactly_its_arcs()
    {
        Configuration now = SampleShards.FirstOf(1, 2);
        IReadOnlyList<ArcShare> given = ArcExchange.Between(now, SampleShards.Joined(now, SampleShards.Of(3)), new GroupId(1)).Given;
        ArcSet more = new([.. given[0].Arcs.Numbers, given[0].Arcs.Numbers[0] + 1]);
        while (more.IsSameAs(given[0].Arcs))
            more = new([.. more.Numbers, more.Numbers[^1] + 1]);

        Assert.That(ArcExchange.Has(given, new GroupId(3), new ArcSet(given[0].Arcs.Numbers)), Is.True);
        Assert.That(ArcExchange.Has(given, new GroupId(3), more), Is.False);
        Assert.That(ArcExchange.Has(given, new GroupId(2), given[0].Arcs), Is.False);
    }

    private static string[] Shares(IReadOnlyList<ArcShare> shares) => [.. shares.Select(static share => $"{share.Other}: {string.Join(' ', share.Arcs.Numbers)}")];

    private static string[] Expected(Configuration now, Configuration next, Func<ArcMove, bool> isMine, Func<ArcMove, GroupId> other) =>
    [
        .. now.MovesTo(next).Where(isMine).GroupBy(other).OrderBy(static share => share.Key.Number).Select(static share => $"{share.Key}: {string.Join(' ', share.Select(static move => move.Arc.Number))}"),
    ];
}
