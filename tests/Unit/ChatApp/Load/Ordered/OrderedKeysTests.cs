using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Ordered;
using PaxosShard.Hashing;
using PaxosShard.Tests.Unit.ChatApp.Rings;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Ordered;

/// <summary>The keys of the bursts.</summary>
[TestFixture]
internal sealed class OrderedKeysTests
{
    [Test]
    public void There_are_as_many_keys_on_each_shard_and_each_is_where_the_configuration_says()
    {
        OrderedKey[] all = [.. NewKeys(isRandom: false).All];

        Assert.That(all.CountBy(static key => key.Shard), Is.EquivalentTo(new[] { KeyValuePair.Create(RingExamples.One, 8), KeyValuePair.Create(RingExamples.Two, 8) }));
        Assert.That(all.Select(static key => RingExamples.Halves.OwnerOf(Arc.Of(key.Name))), Is.EqualTo(all.Select(static key => key.Shard)));
        Assert.That(all.Select(static key => Encoding.UTF8.GetString(key.Name)), Is.Unique.And.All.StartsWith("test-"));
    }

    [Test]
    public void By_turns_each_operation_is_on_the_next_shard_and_no_key_is_there_twice()
    {
        OrderedKeys keys = NewKeys(isRandom: false);

        foreach (int operations in new[] { 1, 2, 8, 16 })
        {
            IReadOnlyList<OrderedKey> burst = keys.Next(operations);
            Assert.That(OrderedFormula.Hops([.. burst.Select(static key => key.Shard)]), Is.EqualTo(operations - 1));
            Assert.That(burst, Is.Unique);
        }
    }

    [Test]
    public void At_random_the_same_bursts_come_again_another_time()
    {
        OrderedKeys keys = NewKeys(isRandom: true);
        OrderedKeys again = NewKeys(isRandom: true);

        foreach (int operations in new[] { 16, 100 })
            Assert.That(keys.Next(operations).Select(static key => key.Name), Is.EqualTo(again.Next(operations).Select(static key => key.Name)));
        IReadOnlyList<OrderedKey> many = keys.Next(1000);
        Assert.That(many.Distinct().Count(), Is.EqualTo(16), "every key is drawn");
        Assert.That(OrderedFormula.Hops([.. many.Select(static key => key.Shard)]), Is.InRange(400, 600));
    }

    private static OrderedKeys NewKeys(bool isRandom) => new(RingExamples.Halves, 8, isRandom, "test");
}
