using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Groups;

/// <summary>The creation of a directory that several groups share is done as a whole, however often it was cut off before.</summary>
public sealed class SharedCreationTests
{
    private const int Groups = 3;

    [Test]
    public void A_creation_that_was_cut_off_at_any_operation_is_made_again([Range(0, 7)] int fate)
    {
        int again = 0;
        int done = 0;
        bool cut = true;
        for (long operation = 1; cut; operation++)
        {
            SimulatedDisk disk = new();
            cut = !TryCreate(disk, operation, IdentitiesOf(Groups));
            disk.Crash(() => (ulong)fate);
            if (ReplicaStore.IsFormatted(disk.OpenDirectory()))
            {
                done++;
                Assert.That(() => ReplicaStore.Create(disk.OpenDirectory(), Drawn(2), Small), Throws.TypeOf<DataDirectoryException>().With.Message.Contains("is not empty"));
                AssertFresh(disk, drawn: Identity.Identity);
                continue;
            }

            again++;
            Assert.That(() => ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid()), Throws.TypeOf<DataDirectoryException>().With.Message.Contains("not formatted"));
            ReplicaStore.Create(disk.OpenDirectory(), Drawn(2), Small);
            AssertFresh(disk, drawn: 2);
        }

        Assert.That(again, Is.GreaterThan(8));
        Assert.That(done, Is.Positive);
    }

    /// <summary>Whatever order the groups are named in: half of one attempt and half of another never look like a whole.</summary>
    [Test]
    public void Two_attempts_that_were_cut_off_never_make_a_directory_that_is_neither([Values] bool isReversed)
    {
        bool cut = true;
        for (long first = 1; cut; first++)
        {
            for (long second = 1; second <= 16; second++)
            {
                SimulatedDisk disk = new();
                cut = !TryCreate(disk, first, Drawn(1));
                if (!ReplicaStore.IsFormatted(disk.OpenDirectory()))
                    TryCreate(disk, second, isReversed ? [.. Drawn(2).Reverse()] : Drawn(2));
                if (!ReplicaStore.IsFormatted(disk.OpenDirectory()))
                    ReplicaStore.Create(disk.OpenDirectory(), Drawn(3), Small);

                Assert.That(() => AssertFresh(disk, drawn: null), Throws.Nothing, $"cut off at {first} and {second}");
            }
        }
    }

    [Test]
    public void No_group_is_named_twice()
    {
        SimulatedDisk disk = new();

        Assert.That(() => ReplicaStore.Create(disk.OpenDirectory(), [Identity, Identity], Small), Throws.ArgumentException.With.Message.Contains("twice"));
        Assert.That(disk.Names, Is.Empty);
    }

    [Test]
    public void More_groups_than_a_header_has_space_for_are_refused()
    {
        SimulatedDisk disk = new();

        Assert.That(() => ReplicaStore.Create(disk.OpenDirectory(), IdentitiesOf(65), Small), Throws.ArgumentException.With.Message.Contains("1 to 64 groups"));
        Assert.That(disk.Names, Is.Empty);
    }

    private static ReplicaIdentity[] Drawn(ulong identity) => [.. IdentitiesOf(Groups).Select(group => group with { Identity = identity })];

    /// <summary>Creates the directory, unless the process ends at one of the operations of the disk; false when it did.</summary>
    private static bool TryCreate(SimulatedDisk disk, long operation, ReplicaIdentity[] identities)
    {
        disk.CrashAtOperation = disk.Operations + operation;
        try
        {
            ReplicaStore.Create(disk.OpenDirectory(), identities, Small);
            return true;
        }
        catch (SimulatedPowerFailureException)
        {
            return false;
        }
        finally
        {
            disk.Restart();
            disk.CrashAtOperation = 0;
        }
    }

    private static void AssertFresh(SimulatedDisk disk, ulong? drawn)
    {
        using ReplicaStore store = ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid());
        Assert.That(store.Groups.Select(static group => group.Identity.Group.Number), Is.EqualTo(new[] { 3, 4, 5 }));
        Assert.That(store.Groups.Select(static group => group.Identity.Identity).Distinct().Count(), Is.EqualTo(1));
        if (drawn is not null)
            Assert.That(store.Groups[0].Identity.Identity, Is.EqualTo(drawn));
        foreach (GroupStore group in store.Groups)
            Assert.That((group.Recovered.ViewRecordLost, group.Recovered.Promised, group.Recovered.Stored().Count), Is.EqualTo((false, View.First, 0)));
    }
}
