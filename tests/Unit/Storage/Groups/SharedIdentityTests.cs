using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Groups;

/// <summary>Each group has its own view record: who loses it does not vote, and the others do. What only looks like one is nobody's.</summary>
public sealed class SharedIdentityTests
{
    private const int Groups = 3;

    [Test]
    public void A_group_whose_identity_file_is_lost_does_not_vote_and_the_others_do([Range(0, Groups - 1)] int lost, [Values] bool isGone)
    {
        StoreFixture fixture = WithViews();
        fixture.Stop();
        LoseIdentity(fixture.Disk, lost, isGone);

        for (ulong start = 2; start <= 4; start++)
        {
            fixture.Reopen();

            for (int group = 0; group < Groups; group++)
            {
                RecoveredState state = fixture.Of(group);
                Record promise = Record.OfViews(new View(20 + (long)start), View.None);
                Assert.That(state.ViewRecordLost, Is.EqualTo(group == lost), $"group {group}");
                Assert.That(state.Stored(), Is.EqualTo(new[] { Entry(3, 1, 10 + group) }));
                Assert.That(fixture.Store.Groups[group].Identity with { Peers = [], StartId = Guid.Empty }, Is.EqualTo(
                    IdentitiesOf(Groups)[group] with { Sharing = Groups, Incarnation = start, Peers = [] }));
                if (group == lost)
                    Assert.That(() => fixture.AppendTo(group, promise), Throws.ArgumentException.With.Message.Contains("the view record is lost"));
                else
                    Assert.That(() => fixture.AppendTo(group, promise), Throws.Nothing);
            }

            fixture.Store.Sync();
            fixture.Disk.Crash(() => 1UL);
        }

        fixture.Reopen();
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Promised.Number), Is.EqualTo(Enumerable.Range(0, Groups).Select(group => group == lost ? 3 : 24)));
    }

    [Test]
    public void With_all_identity_files_lost_the_log_names_the_groups_and_none_of_them_votes([Values] bool isGone)
    {
        StoreFixture fixture = WithViews();
        fixture.Stop();
        for (int group = 0; group < Groups; group++)
            LoseIdentity(fixture.Disk, group, isGone);

        fixture.Reopen();

        Assert.That(fixture.Store.Groups.Select(static group => group.Identity.Group.Number), Is.EqualTo(new[] { 3, 4, 5 }));
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.ViewRecordLost), Is.All.True);
        Assert.That(fixture.Store.Groups.Select(static group => group.Identity.Incarnation), Is.All.EqualTo(2));
        for (int group = 0; group < Groups; group++)
            Assert.That(fixture.Of(group).Stored(), Is.EqualTo(new[] { Entry(3, 1, 10 + group) }));
    }

    /// <summary>What is certified is so for the whole log, whichever identity file says it: rot below it is not a torn write.</summary>
    [Test]
    public void What_the_identity_file_of_any_group_certifies_counts_for_all([Range(0, Groups - 1)] int says)
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(Groups);
        fixture.AppendAll([Accepted(0, 1, 11)], [Accepted(0, 1, 12)], [Accepted(0, 1, 13)]);
        fixture.Store.Sync();
        fixture.AppendTo(says, Record.OfViews(new View(5), View.None));
        fixture.Store.Sync();
        fixture.Stop();
        string segment = fixture.Segments.Single();
        ReadRecord record = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)[^1].Records[1];
        fixture.Disk.FlipBit(segment, 8 * (record.Offset + 30));

        fixture.Reopen();

        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Faulty.Count), Is.EqualTo(new[] { 0, 1, 0 }));
        Assert.That(fixture.Of(0).Stored(), Has.Count.EqualTo(1));
        Assert.That(fixture.Of(2).Stored(), Has.Count.EqualTo(1));
        Assert.That(fixture.Store.Groups.Select(static group => group.Identity.LossStart), Is.EqualTo(new[] { 0ul, 2ul, 0ul }), "only this one says so");
    }

    [Test]
    public void An_identity_file_of_another_directory_is_refused_and_nothing_is_changed([Range(0, Groups - 1)] int foreign, [Values] bool isOpened)
    {
        StoreFixture fixture = isOpened ? WithViews() : GroupsOfAFixture.Shared(Groups);
        StoreFixture other = new(seed: 2, Small, [.. IdentitiesOf(Groups).Select(static identity => identity with { Identity = 99 })]);
        fixture.Stop();
        fixture.Disk.Put(NameOf(foreign), other.Disk.Platter(NameOf(foreign)));

        AssertRefused(fixture, "of another directory");
    }

    [Test]
    public void The_identity_file_of_one_group_is_not_that_of_another([Values] bool isOpened)
    {
        SimulatedDisk disk = new();
        ReplicaStore.Create(disk.OpenDirectory(), IdentitiesOf(Groups), Small);
        if (isOpened)
            ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid()).Dispose();
        disk.Put(NameOf(1), disk.Platter(NameOf(0)));
        Dictionary<string, byte[]> files = disk.Files();

        Assert.That(() => ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid()), Throws.TypeOf<DataDirectoryException>());
        Assert.That(disk.Files(), Is.EqualTo(files));
    }

    /// <summary>Somebody keeps a copy of the identity file under a name that a sharing group would have: it says what was promised then.</summary>
    [Test]
    public void A_copy_of_the_identity_file_of_a_group_that_is_alone_is_nobodys()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Record.OfViews(new View(3), View.None));
        fixture.Certify();
        fixture.Disk.Put("identity-3", fixture.Disk.Platter("identity"));
        fixture.AppendAndSync(Record.OfViews(new View(9), new View(9)));
        fixture.Certify();

        fixture.Restart();

        Assert.That((fixture.Recovered.Promised, fixture.Recovered.Owned, fixture.Recovered.ViewRecordLost), Is.EqualTo((new View(9), new View(9), false)));
        Assert.That(fixture.Store.ForeignFiles, Is.EqualTo(new[] { "identity-3" }));
    }

    /// <summary>It is not there before the first start, so the log cannot tell yet whose the directory is.</summary>
    [Test]
    public void A_file_that_looks_like_one_of_another_group_does_not_keep_a_new_directory_from_its_first_start([Values(1, 2)] int groups, [Values("identity-9", "snapshot-8")] string name)
    {
        SimulatedDisk disk = new();
        ReplicaStore.Create(disk.OpenDirectory(), IdentitiesOf(groups), Small);
        disk.Put(name, [1, 2, 3]);

        using ReplicaStore store = ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid());

        Assert.That(store.Groups, Has.Count.EqualTo(groups));
        Assert.That(store.ForeignFiles, Is.EqualTo(new[] { name }));
    }

    [TestCase(1)]
    [TestCase(3)]
    public void What_is_named_nearly_like_a_file_of_a_group_is_foreign_and_left_alone(int groups)
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(groups);
        string[] names = ["identity-", "identity-0", "identity-01", "identity-70000", "identity-9.new", "identity-x", "snapshot-0", "snapshot-12.old", "snapshot-x"];
        foreach (string name in names)
            fixture.Disk.Put(name, [1, 2, 3]);
        for (long slot = 1; slot <= 3; slot++)
        {
            fixture.AppendAll([Accepted(0, slot, 10 + slot)], [.. Enumerable.Repeat(Accepted(0, slot, 20 + slot), groups > 1 ? 1 : 0)]);
            fixture.Store.Sync();
            fixture.PowerFailure();
            Assert.That(fixture.Store.ForeignFiles, Is.EqualTo(names));
        }

        Assert.That(names.Select(fixture.Disk.Platter), Is.All.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(fixture.Store.Groups, Has.Count.EqualTo(groups));
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.ViewRecordLost), Is.All.False);
        Assert.That(fixture.Of(0).Stored(), Has.Count.EqualTo(3));
    }

    [Test]
    public void Files_of_a_group_that_has_another_directory_for_itself_are_foreign_in_one_that_is_shared()
    {
        StoreFixture fixture = WithViews();
        StoreFixture alone = new();
        foreach (string name in new[] { "identity", "identity-9" })
            fixture.Disk.Put(name, alone.Disk.Platter("identity"));

        fixture.Restart();

        Assert.That(fixture.Store.ForeignFiles, Is.EqualTo(new[] { "identity", "identity-9" }));
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Promised.Number), Is.EqualTo(new[] { 10, 11, 12 }));
    }

    private static string NameOf(int group) => GroupFiles.OfSharing(IdentitiesOf(Groups)[group].Group).Identity;

    /// <summary>Each group has promised something else, and has a vote of another value in slot 1.</summary>
    private static StoreFixture WithViews()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(Groups);
        fixture.AppendAll([.. Enumerable.Range(0, Groups).Select(static group => new[] { Record.OfViews(new View(10 + group), View.None), Accepted(3, 1, 10 + group) })]);
        fixture.Store.Sync();
        fixture.Note(0, 0, 0);
        return fixture;
    }

    private static void LoseIdentity(SimulatedDisk disk, int group, bool isGone)
    {
        if (isGone)
        {
            disk.Lose(NameOf(group));
            return;
        }

        disk.FlipBit(NameOf(group), 300);
        disk.FlipBit(NameOf(group), (4096 * 8) + 300);
    }

    private static void AssertRefused(StoreFixture fixture, string message)
    {
        Dictionary<string, byte[]> files = fixture.Disk.Files();

        Assert.That(() => fixture.Reopen(), Throws.TypeOf<DataDirectoryException>().With.Message.Contains(message));
        Assert.That(() => ReplicaStore.ReadOnly(fixture.Disk.OpenDirectory()), Throws.TypeOf<DataDirectoryException>().With.Message.Contains(message));
        Assert.That(fixture.Disk.Files(), Is.EqualTo(files));
    }
}
