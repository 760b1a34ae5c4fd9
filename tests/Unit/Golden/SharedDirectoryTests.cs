using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Tests.Unit.Storage;
using PaxosShard.Tests.Unit.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Golden;

/// <summary>A data directory that two groups share and an earlier build has written is read by this one; see <see cref="SharedDirectory"/>.</summary>
public sealed class SharedDirectoryTests
{
    [OneTimeSetUp]
    public static void WriteTheFilesIfWanted()
    {
        if (Environment.GetEnvironmentVariable("REWRITE_GOLDEN") is "1")
            SharedDirectory.Write();
    }

    [Test]
    public void A_shared_directory_of_format_4_says_whose_it_is()
    {
        IReadOnlyList<ReplicaIdentity> identities = ReplicaStore.ReadIdentities(SharedDirectory.Copy().OpenDirectory());

        Assert.That(identities.Select(static identity => identity with { Peers = [] }), Is.EqualTo(
            IdentitiesOf(2).Select(static identity => identity with { Sharing = 2, Incarnation = 1, StartId = GoldenDirectory.Start, Peers = [] })));
        Assert.That(identities.Select(static identity => identity.Peer(new ReplicaId(2))), Is.EqualTo(new[] { default, Memory }));
        Assert.That(SharedDirectory.Length, Is.AtMost(64 * 1024), "the source tree stays small");
    }

    [Test]
    public void A_shared_directory_of_format_4_is_opened_with_everything_that_it_remembers_of_each_group()
    {
        using ReplicaStore store = ReplicaStore.Open(SharedDirectory.Copy().OpenDirectory(), Small, Guid.NewGuid());

        RecoveredState first = store.Groups[0].Recovered;
        Assert.That((first.Promised, first.Owned, first.ViewRecordLost), Is.EqualTo((new View(3), View.None, false)));
        Assert.That((first.Snapshot.Slot, first.Decided, first.FaultyFrom), Is.EqualTo((Slot.Zero, new Slot(1), Slot.Zero)));
        Assert.That(first.Stored(), Is.EqualTo(new[] { Known(1, 31), Entry(3, 3, 33) }));
        Assert.That(first.Faulty, Is.EqualTo(new[] { new Slot(2) }));
        RecoveredState second = store.Groups[1].Recovered;
        Assert.That((second.Promised, second.Owned, second.ViewRecordLost), Is.EqualTo((new View(5), new View(4), false)));
        Assert.That((second.Snapshot.Slot, second.Decided, second.FaultyFrom), Is.EqualTo((new Slot(2), new Slot(4), Slot.Zero)));
        Assert.That(second.Stored(), Is.EqualTo(new[] { Known(3, 43), Known(4, 44), Entry(5, 5, 45) }));
        Assert.That(second.Faulty, Is.Empty);
        Assert.That(second.SnapshotPieces.Select(static piece => piece.ToArray()), Is.EqualTo(SnapshotsOfAFixture.Pieces(2)));
        Assert.That(store.Groups.Select(static group => (group.Identity.Incarnation, group.Identity.LossStart)), Is.EqualTo(new[] { (2ul, 2ul), (2ul, 0ul) }));
        Assert.That(store.Groups.Select(static group => group.IsSnapshotRotten), Is.All.False);
        Assert.That(store.ForeignFiles, Is.Empty);
    }
}
