using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Groups;

/// <summary>A directory is opened for the groups that it was made for; for others it is refused, and nothing is changed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OtherGroupsTests : IDisposable
{
    private readonly string _directory = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"groups-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    [TestCase(new[] { 1, 2 }, new[] { 1 }, "belongs to group 1, group 2, not to group 1")]
    [TestCase(new[] { 1, 2 }, new[] { 1, 3 }, "belongs to group 1, group 2, not to group 1, group 3")]
    [TestCase(new[] { 1, 2 }, new[] { 1, 2, 3 }, "belongs to group 1, group 2, not to group 1, group 2, group 3")]
    [TestCase(new[] { 1 }, new[] { 1, 2 }, "belongs to group 1, not to group 1, group 2")]
    [TestCase(new[] { 12 }, new[] { 1, 2 }, "belongs to group 12, not to group 1, group 2")]
    public void A_directory_of_other_groups_is_refused_and_untouched(int[] made, int[] asked, string message)
    {
        StoreOpener.Open(Options(made) with { Create = true }).Dispose();
        Dictionary<string, string> files = Files();

        Assert.That(() => StoreOpener.Open(Options(asked)), Throws.TypeOf<ForeignDataDirectoryException>().With.Message.Contains(message));
        Assert.That(() => StoreOpener.Open(Options(asked) with { Create = true }), Throws.TypeOf<DataDirectoryException>().With.Message.Contains("is not empty"));
        Assert.That(Files(), Is.EqualTo(files));
        StoreOpener.Open(Options(made)).Dispose();
    }

    [Test]
    public void The_order_in_which_groups_are_named_is_of_no_matter()
    {
        StoreOpener.Open(Options([7, 2, 30]) with { Create = true }).Dispose();

        using ReplicaStore store = StoreOpener.Open(Options([30, 7, 2]));

        Assert.That(store.Groups.Select(static group => group.Identity.Group.Number), Is.EqualTo(new[] { 2, 7, 30 }));
    }

    [TestCase(112, 6)]
    [TestCase(152, 5)]
    [TestCase(192, 3)]
    [TestCase(92, 2)]
    public void A_segment_header_that_names_other_groups_is_refused_and_untouched(int at, int number)
    {
        StoreFixture fixture = Stopped(out string segment, out byte[] file);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at), number);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(8), FormatReader.Checksum(file.AsSpan(12, 500)));

        AssertRefused(fixture, segment, file);
    }

    [TestCase(96)]
    [TestCase(136)]
    [TestCase(176)]
    public void A_batch_that_names_other_groups_is_refused_and_untouched(int at)
    {
        StoreFixture fixture = Stopped(out string segment, out byte[] file);
        int batch = FormatReader.Read(file, Identity.Identity)[^1].Offset;
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(batch + at), 9);
        FormatReader.Seal(file, batch, Identity.Identity);

        AssertRefused(fixture, segment, file);
    }

    private static StoreFixture Stopped(out string segment, out byte[] file)
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3);
        fixture.AppendAll([Accepted(0, 1, 10)], [Accepted(0, 1, 11)], [Accepted(0, 1, 12)]);
        fixture.Store.Sync();
        fixture.Note(1, 1, 1);
        fixture.Stop();
        segment = fixture.Segments.Single();
        file = fixture.Disk.Platter(segment);
        return fixture;
    }

    private static void AssertRefused(StoreFixture fixture, string segment, byte[] file)
    {
        fixture.Disk.Damage(segment, 0, file);
        Dictionary<string, byte[]> files = fixture.Disk.Files();

        Assert.That(() => fixture.Reopen(), Throws.TypeOf<DataDirectoryException>());
        Assert.That(fixture.Disk.Files(), Is.EqualTo(files));
    }

    private ReplicaNodeOptions Options(int[] groups) => new()
    {
        DataDirectory = _directory,
        Self = new ReplicaId(0),
        Groups = [.. groups.Select(static group => new GroupSetup(new GroupId(group), static () => new ShardMachine()))],
        Members = MemberList.Parse("127.0.0.1:1"),
        Store = Small,
    };

    /// <summary>The files of the directory but the lock, which each opening writes.</summary>
    private Dictionary<string, string> Files() => Directory.GetFiles(_directory)
        .Where(static path => Path.GetFileName(path) is not "lock")
        .ToDictionary(static path => Path.GetFileName(path), static path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))), StringComparer.Ordinal);
}
