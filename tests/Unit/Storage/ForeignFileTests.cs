using NUnit.Framework;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Simulator.Disk;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>What is not understood is reported and left alone.</summary>
public sealed class ForeignFileTests
{
    [Test]
    public void Foreign_files_are_reported_and_untouched()
    {
        StoreFixture fixture = new();
        Put(fixture.Disk, "notes.txt", 100);
        Put(fixture.Disk, "log-12", 100);
        Put(fixture.Disk, "log-00000000x1", 100);
        Put(fixture.Disk, "log-9999999999", 100);
        Put(fixture.Disk, "log-0000000900", 3000);

        for (int start = 0; start < 5; start++)
        {
            fixture.AppendAndSync(Accepted(0, start + 1, 11, padding: 5000));
            fixture.PowerFailure();
        }

        Assert.That(fixture.Store.ForeignFiles, Is.EqualTo(new[] { "log-00000000x1", "log-0000000900", "log-12", "log-9999999999", "notes.txt" }));
        Assert.That(fixture.Disk.Platter("log-0000000900"), Is.EqualTo(Content(3000)));
        Assert.That(fixture.Disk.Platter("notes.txt"), Is.EqualTo(Content(100)));
        Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(5));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
    }

    [Test]
    public void A_segment_of_another_replica_is_foreign()
    {
        StoreFixture other = new();
        other.AppendAndSync(Accepted(0, 1, 99));
        StoreFixture fixture = new(identity: Identity with { Identity = 777 });
        fixture.AppendAndSync(Accepted(0, 1, 11));
        byte[] theirs = other.Disk.Platter(other.Segments[^1]);
        using (StorageFile file = fixture.Disk.OpenDirectory().Create("log-0000000005"))
        {
            file.WriteAt(theirs, 0);
            file.SyncData();
        }

        fixture.Disk.OpenDirectory().SyncDirectory();
        fixture.Restart();

        Assert.That(fixture.Store.ForeignFiles, Is.EqualTo(new[] { "log-0000000005" }));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
        Assert.That(fixture.Disk.Platter("log-0000000005"), Is.EqualTo(theirs));
    }

    [Test]
    public void A_log_that_was_put_under_another_name_is_rot_not_truth()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11));
        fixture.Sync();
        fixture.Certify(decided: 1);
        fixture.Restart();
        fixture.AppendAndSync(Accepted(0, 2, 12));
        fixture.Certify();
        fixture.Disk.Kill();
        fixture.Disk.OpenDirectory().Rename(fixture.Segments[^1], "log-0000000077");

        fixture.Reopen();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11) }));
        Assert.That(fixture.Recovered.FaultyFrom.Number, Is.EqualTo(2));
        Assert.That(fixture.Disk.Names, Does.Contain("log-0000000077"));
    }

    [Test]
    public void A_newer_format_is_refused_and_untouched()
    {
        StoreFixture fixture = new();
        fixture.Disk.Kill();
        byte[] identity = fixture.Disk.Platter("identity");
        foreach (int copy in new[] { 0, 4096 })
        {
            identity[copy + 15] = 99;
            uint checksum = FormatReader.Checksum(identity.AsSpan(copy + 12, 1012));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(identity.AsSpan(copy + 8), checksum);
        }

        fixture.Disk.Damage("identity", 0, identity);

        Assert.That(() => fixture.Reopen(), Throws.TypeOf<DataDirectoryException>().With.Message.Contains("format 99"));
        Assert.That(fixture.Disk.Platter("identity"), Is.EqualTo(identity));
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)index)];

    private static void Put(SimulatedDisk disk, string name, int length)
    {
        using (StorageFile file = disk.OpenDirectory().Create(name))
        {
            file.WriteAt(Content(length), 0);
            file.SyncData();
        }

        disk.OpenDirectory().SyncDirectory();
    }
}
