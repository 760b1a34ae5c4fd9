using NUnit.Framework;
using PaxosShard.Replica.Machines.Moves;
using PaxosShard.Wire.Moves;
using static PaxosShard.Tests.Unit.Machines.Moves.TwoShards;

namespace PaxosShard.Tests.Unit.Machines.Moves;

/// <summary>What has moved is dropped in parts, so that no step is long, and every replica drops the same.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DropTests
{
    private readonly TwoShards _shards = new();

    private static byte[] Drop => new DropArcsCommand(Job, new(2)).Encode();

    [Test]
    public void Drops_take_many_things_in_parts()
    {
        MovingShard source = _shards.Source;
        for (int key = 0; key < 1000; key++)
            source.Put(Moving(key), "x");
        MoveAll(_shards);
        int parts = 0;
        for (int before = 1000; source.Moves.Outgoing.Count > 0; before = source.Machine.Keys.Count, parts++)
        {
            source.Tell(Drop);
            Assert.That(before - source.Machine.Keys.Count, Is.InRange(1, ArcContents.MostRemoved));
            Assert.That(source.Moves.Outgoing.Select(static move => move.State), Is.All.EqualTo(GiveState.Dropping));
        }

        Assert.That((parts, source.Machine.Keys.Count, _shards.Destination.Machine.Keys.Count), Is.EqualTo((9, 0, 1000)));
    }

    [Test]
    public void Many_small_arcs_are_dropped_at_once()
    {
        for (int key = 0; key < ArcContents.MostRemoved; key++)
            _shards.Source.Put(Moving(key), "x");
        MoveAll(_shards);
        _shards.Source.Tell(Drop);

        Assert.That((_shards.Source.Moves.Outgoing.Count, _shards.Source.Machine.Keys.Count), Is.EqualTo((0, 0)));
    }

    [TestCase(true, TestName = "A replica that began with a snapshot drops the same keys first")]
    [TestCase(false, TestName = "A replica that began with a snapshot drops the same rooms first")]
    public void A_replica_that_began_with_a_snapshot_drops_the_same_first(bool isOfKeys)
    {
        TwoShards others = new();
        Fill(_shards.Source, isOfKeys);
        Fill(others.Source, isOfKeys);
        MoveAll(_shards);
        MoveAll(others);
        others.Source.Restart();

        do
        {
            _shards.Source.Tell(Drop);
            others.Source.Tell(Drop);
            Assert.That(others.Source.State.Hash, Is.EqualTo(_shards.Source.State.Hash));
            Assert.That(others.Source.Machine.StateBytes, Is.EqualTo(_shards.Source.Machine.StateBytes));
        }
        while (_shards.Source.Moves.Outgoing.Count > 0);
    }

    // Of different length, put in an order that is not that of the names, and with gaps that others have filled.
    private static void Fill(MovingShard shard, bool isOfKeys)
    {
        for (int number = 0; number < 600; number++)
        {
            string name = Moving(number * 7 % 600);
            if (isOfKeys)
                shard.Put(name, new string('x', number % 50));
            else
                shard.Send(name, new string('x', 1 + (number % 50)));
            if (isOfKeys && number % 3 == 0)
                shard.Delete(name);
        }
    }

    private static void MoveAll(TwoShards shards)
    {
        shards.Start();
        shards.Copy();
        shards.Commit();
        shards.Serve(shards.Copy());
    }
}
