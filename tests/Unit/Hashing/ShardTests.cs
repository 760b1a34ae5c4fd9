using NUnit.Framework;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>What a shard may be like, and when two are the same.</summary>
public sealed class ShardTests
{
    private static readonly GroupId _group = new(3);

    [Test]
    public void Shards_are_equal_when_everything_in_them_is()
    {
        Shard shard = new(_group, 128, ["a:1", "b:2"]);

        Assert.That(new Shard(_group, 128, new List<string> { "a:1", "b:2" }), Is.EqualTo(shard));
        Assert.That(new Shard(_group, 128, ["a:1", "b:2"]).GetHashCode(), Is.EqualTo(shard.GetHashCode()));
        Assert.That(new Shard(new GroupId(4), 128, ["a:1", "b:2"]), Is.Not.EqualTo(shard));
        Assert.That(new Shard(_group, 127, ["a:1", "b:2"]), Is.Not.EqualTo(shard));
        Assert.That(new Shard(_group, 128, ["a:1", "b:3"]), Is.Not.EqualTo(shard));
        Assert.That(new Shard(_group, 128, ["b:2", "a:1"]), Is.Not.EqualTo(shard), "the order is that of the places");
        Assert.That(new Shard(_group, 128, ["a:1"]), Is.Not.EqualTo(shard));
    }

    [Test]
    public void What_becomes_of_the_callers_addresses_makes_no_difference()
    {
        string[] addresses = ["a:1", "b:2"];
        Shard shard = new(_group, 128, addresses);

        addresses[0] = "c:3";

        Assert.That(shard.Addresses, Is.EqualTo(new[] { "a:1", "b:2" }));
    }

    [TestCase(0, 128)]
    [TestCase(-1, 128)]
    [TestCase(GroupId.Highest + 1, 128)]
    [TestCase(1, 0)]
    [TestCase(1, RingMember.MostPoints + 1)]
    public void A_group_that_is_none_and_impossible_numbers_of_points_are_refused(int group, int points) =>
        Assert.That(() => new Shard(new GroupId(group), points, ["a:1"]), Throws.ArgumentException);

    [TestCase("")]
    [TestCase("a")]
    [TestCase("a:0")]
    [TestCase(":1")]
    [TestCase("a:65536")]
    [TestCase("a b:1")]
    public void An_address_that_nobody_can_connect_to_is_refused(string address)
    {
        Assert.That(() => new Shard(_group, 128, [address]), Throws.ArgumentException);
        Assert.That(() => new Shard(_group, 128, ["a:1", address]), Throws.ArgumentException);
    }

    [Test]
    public void An_address_that_cannot_be_written_is_refused() =>
        Assert.That(() => new Shard(_group, 128, ["\uD800:1"]), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void An_address_of_too_many_bytes_is_refused() =>
        Assert.That(() => new Shard(_group, 128, [$"{new string('h', Limits.Address)}:1"]), Throws.ArgumentException);

    [Test]
    public void A_shard_has_one_to_seven_replicas_each_with_an_address_of_its_own()
    {
        string[] addresses = [.. Enumerable.Range(1, Limits.Replicas + 1).Select(static port => $"a:{port}")];

        Assert.That(new Shard(_group, 128, addresses[..Limits.Replicas]).Addresses, Has.Count.EqualTo(Limits.Replicas));
        Assert.That(() => new Shard(_group, 128, addresses), Throws.ArgumentException);
        Assert.That(() => new Shard(_group, 128, []), Throws.ArgumentException);
        Assert.That(() => new Shard(_group, 128, ["a:1", "a:1"]), Throws.ArgumentException);
    }
}
