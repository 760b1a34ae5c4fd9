using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>The view record survives the rot of either copy; without both nobody votes.</summary>
public sealed class IdentityFileTests
{
    private const string FileName = "identity";
    private const int SecondCopy = 4096;
    private const int CopyLength = 1024;

    [Test]
    public void Every_bit_of_either_copy_may_flip_and_nothing_is_forgotten()
    {
        StoreFixture fixture = WithViews();
        foreach (int copy in new[] { 0, SecondCopy })
        {
            for (int bit = 0; bit < CopyLength * 8; bit++)
            {
                StoreFixture rotten = fixture.OnCloneOfItsDisk();
                rotten.Disk.FlipBit(FileName, (copy * 8L) + bit);
                RecoveredState state = ReplicaStore.ReadOnly(rotten.Disk.OpenDirectory())[0].State;

                Assert.That(state.ViewRecordLost, Is.False);
                Assert.That((state.Promised, state.Owned), Is.EqualTo((new View(7), new View(4))), $"bit {bit} of the copy at {copy}");
                Assert.That(ReplicaStore.ReadIdentities(rotten.Disk.OpenDirectory())[0].Peer(new ReplicaId(2)), Is.EqualTo(Memory));
            }
        }
    }

    [Test]
    public void A_start_repairs_the_rotten_copy()
    {
        StoreFixture fixture = WithViews();
        fixture.Disk.FlipBit(FileName, 300);
        fixture.Reopen();
        fixture.Disk.Kill();
        fixture.Disk.FlipBit(FileName, (SecondCopy * 8) + 300);

        fixture.Reopen();

        Assert.That((fixture.Recovered.Promised, fixture.Recovered.Owned), Is.EqualTo((new View(7), new View(4))));
        Assert.That(fixture.Recovered.ViewRecordLost, Is.False);
    }

    [Test]
    public void With_both_copies_bad_the_view_record_is_lost_and_stays_lost()
    {
        StoreFixture fixture = WithViews();
        ulong incarnation = fixture.Store.Identity.Incarnation;
        fixture.Disk.FlipBit(FileName, 300);
        fixture.Disk.FlipBit(FileName, (SecondCopy * 8) + 300);

        for (ulong start = 1; start <= 3; start++)
        {
            fixture.Reopen();

            Assert.That(fixture.Recovered.ViewRecordLost);
            Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(3)), "as far as the log remembers");
            Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(3, 1, 11) }));
            Assert.That(fixture.Store.Identity with { Peers = [] }, Is.EqualTo(
                Identity with { Peers = [], Incarnation = incarnation + start }).Using<ReplicaIdentity>(SameIdentity));
            fixture.Disk.Crash(fixture.Random);
        }
    }

    [Test]
    public void A_missing_identity_file_is_the_same_as_a_bad_one()
    {
        StoreFixture fixture = WithViews();
        fixture.Disk.OpenDirectory().Delete(FileName);

        fixture.Reopen();

        Assert.That(fixture.Recovered.ViewRecordLost);
        Assert.That(() => ReplicaStore.Create(fixture.Disk.OpenDirectory(), Identity, Small), Throws.TypeOf<DataDirectoryException>());
    }

    [Test]
    public void A_replica_without_a_view_record_learns_but_promises_nothing()
    {
        StoreFixture fixture = WithViews();
        fixture.Disk.OpenDirectory().Delete(FileName);
        fixture.Reopen();

        Assert.That(() => fixture.Append(Record.OfViews(new View(9), View.None)), Throws.ArgumentException);
        fixture.AppendAndSync(Learned(1, 11), Learned(2, 12));
        fixture.Certify(decided: 2);
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(2)));
        Assert.That(fixture.Recovered.ViewRecordLost);
    }

    [Test]
    public void A_directory_with_nothing_readable_does_not_say_whose_it_is()
    {
        StoreFixture fixture = WithViews();
        fixture.Disk.OpenDirectory().Delete(FileName);
        foreach (string segment in fixture.Segments)
            fixture.Disk.FlipBit(segment, 300);

        Assert.That(() => fixture.Reopen(), Throws.TypeOf<DataDirectoryException>());
        Assert.That(() => ReplicaStore.ReadIdentities(fixture.Disk.OpenDirectory())[0], Throws.TypeOf<DataDirectoryException>());
    }

    [Test]
    public void Both_copies_are_written_within_the_time_of_a_certification()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Record.OfViews(new View(4), View.None));
        Assert.That(fixture.Store.NeedsCertification, Is.True);
        fixture.Certify();
        Assert.That(fixture.Store.NeedsCertification, Is.False);
        byte[] file = fixture.Disk.Platter(FileName);

        Assert.That(file.AsSpan(SecondCopy, CopyLength).SequenceEqual(file.AsSpan(0, CopyLength)));
    }

    [Test]
    public void An_unfinished_creation_may_be_made_again()
    {
        for (int operation = 1; ; operation++)
        {
            Simulator.Disk.SimulatedDisk disk = new() { CrashAtOperation = operation };
            StoreFixture random = new((ulong)operation);
            try
            {
                ReplicaStore.Create(disk.OpenDirectory(), Identity, Small);
            }
            catch (Simulator.Disk.SimulatedPowerFailureException)
            {
                disk.Crash(random.Random);
                if (!ReplicaStore.IsFormatted(disk.OpenDirectory()))
                    ReplicaStore.Create(disk.OpenDirectory(), Identity, Small);
                using ReplicaStore store = ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid());
                Assert.That(store.Identity.Incarnation, Is.EqualTo(1));
                continue;
            }

            Assert.That(operation, Is.GreaterThan(4));
            return;
        }
    }

    [Test]
    public void A_newcomer_stays_one_through_starts_and_changes()
    {
        StoreFixture fixture = new(identity: Identity with { IsNewcomer = true });
        fixture.Store.RememberPeer(new ReplicaId(2), Memory);
        fixture.AppendAndSync(Record.OfViews(new View(3), View.None));
        fixture.Restart();

        Assert.That(fixture.Store.Identity.IsNewcomer, Is.True);
        Assert.That(fixture.Store.Identity.Peer(new ReplicaId(2)), Is.EqualTo(Memory));
        Assert.That(new StoreFixture().Store.Identity.IsNewcomer, Is.False);
    }

    [Test]
    public void Nonsense_identities_are_refused()
    {
        Simulator.Disk.SimulatedDisk disk = new();

        Assert.That(() => ReplicaStore.Create(disk.OpenDirectory(), Identity with { Identity = 0 }, Small), Throws.ArgumentException);
        Assert.That(() => ReplicaStore.Create(disk.OpenDirectory(), Identity with { ReplicaCount = 8 }, Small), Throws.ArgumentException);
        Assert.That(() => ReplicaStore.Create(disk.OpenDirectory(), Identity with { Replica = new ReplicaId(3) }, Small), Throws.ArgumentException);
        Assert.That(disk.Names, Is.Empty);
    }

    private static bool SameIdentity(ReplicaIdentity left, ReplicaIdentity right) =>
        left.Cluster == right.Cluster && left.Group == right.Group && left.Replica == right.Replica
        && left.ReplicaCount == right.ReplicaCount && left.MembersHash == right.MembersHash
        && left.Identity == right.Identity && left.Incarnation == right.Incarnation;

    /// <summary>A stopped store that promised 7, owned 4, saw a peer, and holds an entry of view 3.</summary>
    private static StoreFixture WithViews()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Record.OfViews(new View(3), View.None), Accepted(3, 1, 11));
        fixture.Store.RememberPeer(new ReplicaId(2), Memory);
        fixture.AppendAndSync(Record.OfViews(new View(7), new View(4)));
        fixture.Certify();
        fixture.Disk.Kill();
        return fixture;
    }
}
