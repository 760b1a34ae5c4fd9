using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines;
using PaxosShard.Tests.Unit.Core.Snapshots;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core;

[TestFixture]
internal sealed class CoreOccupancyTests
{
    [Test]
    public void What_a_group_holds_is_counted_against_its_bounds()
    {
        SnapshotGroup group = new(snapshotBytes: _ => 1_000_000);
        long logBefore = group.Cluster[0].Occupancy.LogBytes;

        group.Send(3);
        group.Cluster.Run(10);

        CoreOccupancy occupancy = group.Cluster[0].Occupancy;
        const long room = 512 + (3 * 4);
        const long message = 32 + 6 + 9;
        Assert.That(occupancy.State, Is.EqualTo(new Occupancy(room + (3 * message), ShardMachine.DefaultStateBytes)));
        Assert.That(occupancy.Sessions, Is.EqualTo(new Occupancy(1, 160_000)));
        Assert.That(occupancy.SessionBytes, Is.EqualTo(new Occupancy(group.Cluster[0].State.Sessions.Find(new SessionId(1))!.Bytes, SessionTable.AllBytes)));
        Assert.That(occupancy.LogBytes, Is.GreaterThan(logBefore + (3 * message)));
        group.AssertThatAllAgree();
    }

    [Test]
    public void A_snapshot_takes_from_the_log_and_from_nothing_else()
    {
        SnapshotGroup whole = new(snapshotBytes: _ => 1_000_000);
        SnapshotGroup trimmed = new();

        foreach (SnapshotGroup group in (ReadOnlySpan<SnapshotGroup>)[whole, trimmed])
        {
            group.Send(200);
            group.Cluster.Run(20);
        }

        CoreOccupancy occupancy = trimmed.Cluster[0].Occupancy;
        CoreOccupancy expected = whole.Cluster[0].Occupancy;
        Assert.That(occupancy.LogBytes, Is.InRange(1, expected.LogBytes / 2));
        Assert.That(occupancy with { LogBytes = 0 }, Is.EqualTo(expected with { LogBytes = 0 }));
        trimmed.AssertThatAllAgree();
    }
}
