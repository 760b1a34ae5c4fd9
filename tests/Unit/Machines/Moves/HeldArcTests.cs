using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using static PaxosShard.Tests.Unit.Machines.Moves.TwoShards;

namespace PaxosShard.Tests.Unit.Machines.Moves;

/// <summary>A shard tells of which arcs it holds something that it does not serve, so that what is left over is found.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HeldArcTests
{
    private readonly TwoShards _shards = new();

    private MovingShard Source => _shards.Source;

    private MovingShard Destination => _shards.Destination;

    [Test]
    public void What_a_shard_holds_of_arcs_that_it_does_not_serve_is_told_until_it_is_dropped()
    {
        Source.Put(Moving(1), "one");
        int arc = Arc.Of(Encoding.UTF8.GetBytes(Moving(1))).Number;
        Assert.That((Source.HeldArcs, Destination.HeldArcs), Is.EqualTo((Array.Empty<int>(), Array.Empty<int>())));

        _shards.Start();
        _shards.Copy();
        Assert.That((Source.HeldArcs, Destination.HeldArcs), Is.EqualTo((Array.Empty<int>(), new[] { arc })));
        _shards.Commit();
        Assert.That((Source.HeldArcs, Destination.HeldArcs), Is.EqualTo((new[] { arc }, new[] { arc })));
        _shards.Finish();
        Assert.That((Source.HeldArcs, Destination.HeldArcs), Is.EqualTo((Array.Empty<int>(), Array.Empty<int>())));
    }
}
