using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.Unit.ChatApp.Rings;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Resharding;

/// <summary>Which keys move is known before the change, from the ring.</summary>
[TestFixture]
internal sealed class LoadKeyTests
{
    private static readonly Shard _joiner = new(new GroupId(3), 128, ["localhost:1"]);

    [Test]
    public void Half_of_the_keys_move_to_the_joiner_and_the_others_stay_where_they_are()
    {
        Configuration before = RingExamples.Halves;
        IReadOnlyList<ArcMove> moves = Assignment.ForJoin(before, _joiner);
        Configuration after = before.Next(2, [.. before.Shards, _joiner], moves);

        IReadOnlyList<LoadKey> keys = LoadKey.Choose(before, moves, 40);

        Assert.That(keys.Select(static key => key.IsMoving), Is.EqualTo(Enumerable.Range(0, 80).Select(static place => place % 2 == 0)), "by turns");
        Assert.That(keys.Select(static key => key.Name), Is.Unique);
        foreach (LoadKey key in keys)
        {
            Arc arc = Arc.Of(Encoding.UTF8.GetBytes(key.Name));
            Assert.That((before.OwnerOf(arc), after.OwnerOf(arc)), Is.EqualTo((key.Shard, key.IsMoving ? _joiner.Group : key.Shard)), key.Name);
        }
    }

    [Test]
    public void One_arc_that_moves_is_enough()
    {
        ArcMove move = new(new Arc(77), RingExamples.One, RingExamples.Two);

        IReadOnlyList<LoadKey> keys = LoadKey.Choose(RingExamples.Halves, [move], 2);

        Assert.That(keys.Where(static key => key.IsMoving).Select(static key => Arc.Of(Encoding.UTF8.GetBytes(key.Name)).Number), Is.EqualTo(new[] { 77, 77 }));
    }

    [Test]
    public void Where_nothing_moves_there_is_nothing_to_choose() =>
        Assert.That(() => LoadKey.Choose(RingExamples.Halves, [], 1), Throws.InvalidOperationException);
}
