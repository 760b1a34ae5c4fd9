using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Tests.Unit.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>The files are what FORMAT.md says.</summary>
public sealed class FormatTests
{
    [Test]
    public void A_reader_written_from_the_description_finds_every_record()
    {
        StoreFixture fixture = new(start: new Guid("01234567-89ab-cdef-0123-456789abcdef"));
        fixture.Append(1, Accepted(0, 1, 11), Record.OfViews(new View(3), View.None), Learned(2, 12));
        fixture.Append(2, Accepted(3, 3, 13));
        fixture.Sync();
        fixture.Certify(decided: 3);

        List<ReadBatch> batches = FormatReader.Read(fixture.Disk.Platter(fixture.Segments[^1]), Identity.Identity);

        ReadRecord[] records = [.. batches.SelectMany(batch => batch.Records)];
        Assert.That(records.Select(record => (record.Kind, record.Group, record.View, record.Slot, record.IsIntact)), Is.EqualTo(new[]
        {
            ((byte)1, 3, 0L, 1L, true), ((byte)2, 3, -1L, 2L, true), ((byte)1, 3, 3L, 3L, true),
        }));
        Assert.That(batches.Select(batch => batch.Decided), Is.EqualTo(new[] { 0L, 1L, 2L, 3L }));
        Assert.That(batches.Select(batch => batch.Number), Is.EqualTo(new[] { 1L, 2L, 3L, 4L }));
        Assert.That(batches[^1].Certified, Is.EqualTo((1L << 32) + batches[^1].Offset));
        Assert.That(batches.Select(batch => batch.Offset % 4096), Is.All.Zero);
    }

    [Test]
    public void The_bytes_of_a_small_log_do_not_change_from_version_to_version()
    {
        StoreFixture fixture = new(start: new Guid("01234567-89ab-cdef-0123-456789abcdef"));
        fixture.Append(1, Accepted(0, 1, 11), Record.OfViews(new View(3), View.None), Learned(2, 12));
        fixture.Sync();
        fixture.Certify(decided: 2);

        byte[] log = fixture.Disk.Platter(fixture.Segments[^1]);
        byte[] identity = fixture.Disk.Platter("identity");

        Assert.That(FormatReader.Checksum(log), Is.EqualTo(3462701255u), "golden");
        Assert.That(FormatReader.Checksum(identity), Is.EqualTo(1440787061u), "golden");
    }

    /// <summary>A note of a decided slot, 2, that rests on a snapshot, of slot 1.</summary>
    [Test]
    public void What_the_headers_say_of_the_group_is_as_described()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Sync();
        fixture.Publish(1);
        fixture.Certify(decided: 2);
        byte[] before = fixture.Disk.Platter(fixture.Segments[^1]);
        fixture.Restart();
        byte[] file = fixture.Disk.Platter(fixture.Segments[^1]);

        int batch = FormatReader.Read(before, Identity.Identity)[^1].Offset;
        Assert.That(before.AsSpan(batch + 24, 16).SequenceEqual(Identity.Cluster.ToByteArray(bigEndian: true)), "cluster");
        Assert.That(FormatReader.U32(before, batch + 40), Is.EqualTo(1), "replica");
        Assert.That(FormatReader.U32(before, batch + 44), Is.EqualTo(1), "groups");
        AssertGroup(before, batch + 96);
        Assert.That(FormatReader.U64(file, 0), Is.EqualTo(0x50584C4F47534547ul));
        Assert.That(FormatReader.U32(file, 8), Is.EqualTo(FormatReader.Checksum(file.AsSpan(12, 500))));
        Assert.That(FormatReader.U32(file, 12), Is.EqualTo(4), "version");
        Assert.That(FormatReader.U32(file, 32), Is.Zero, "no group");
        Assert.That(FormatReader.U32(file, 36), Is.EqualTo(1), "replica");
        Assert.That(FormatReader.U64(file, 56), Is.EqualTo(Identity.Identity), "identity");
        Assert.That(FormatReader.U64(file, 64), Is.EqualTo(2), "incarnation");
        Assert.That(FormatReader.U32(file, 92), Is.EqualTo(1), "groups");
        AssertGroup(file, 112);
    }

    [Test]
    public void The_identity_file_is_as_described()
    {
        StoreFixture fixture = new(start: new Guid("01234567-89ab-cdef-0123-456789abcdef"));
        fixture.Store.RememberPeer(new ReplicaId(2), Memory);
        fixture.AppendAndSync(Record.OfViews(new View(3), new View(1)));
        byte[] file = fixture.Disk.Platter("identity");

        int newest = FormatReader.U64(file, 16) > FormatReader.U64(file, 4096 + 16) ? 0 : 4096;
        Assert.That(file, Has.Length.EqualTo(5120));
        Assert.That(FormatReader.U64(file, newest), Is.EqualTo(0x505849444E544954ul));
        Assert.That(FormatReader.U32(file, newest + 8), Is.EqualTo(FormatReader.Checksum(file.AsSpan(newest + 12, 1012))));
        Assert.That(FormatReader.U64(file, newest + 72), Is.EqualTo(1ul), "incarnation");
        Assert.That(FormatReader.U64(file, newest + 80), Is.EqualTo(3ul), "promised");
        Assert.That(FormatReader.U64(file, newest + 88), Is.EqualTo(1ul), "owned");
        Assert.That(FormatReader.U64(file, newest + 104), Is.Zero, "loss start");
        Assert.That(FormatReader.U64(file, newest + 112), Is.EqualTo(0x0123456789ABCDEFul), "start id");
        int peer = newest + 136 + (2 * 96);
        Assert.That(FormatReader.U64(file, peer), Is.EqualTo(Memory.Identity), "identity of replica 2");
        Assert.That(FormatReader.U64(file, peer + 8), Is.EqualTo(Memory.Start.Number), "start of replica 2");
        Assert.That(FormatReader.U64(file, peer + 32), Is.EqualTo((ulong)Memory.Promised.Number), "promised by replica 2");
        Assert.That(FormatReader.U64(file, peer + 40), Is.EqualTo((ulong)Memory.Voted.Number), "voted for by replica 2");
        for (int shown = 0; shown < 2; shown++)
            Assert.That(FormatReader.U64(file, peer + 48 + (24 * shown)), Is.EqualTo((ulong)shown + 1), "start that replica 2 may remember");
    }

    /// <summary>An older program must not take a newcomer for a founder, so its identity file has a version of its own; all else stays as it is.</summary>
    [TestCase(false, 4u, 0)]
    [TestCase(true, 5u, 1)]
    public void A_newcomer_has_a_byte_and_a_version_of_its_own_in_the_identity_file_alone(bool isNewcomer, uint version, int newcomer)
    {
        StoreFixture fixture = new(identity: Identity with { IsNewcomer = isNewcomer });
        byte[] file = fixture.Disk.Platter("identity");

        foreach (int copy in new[] { 0, 4096 })
        {
            Assert.That(FormatReader.U32(file, copy + 12), Is.EqualTo(version));
            Assert.That(file[copy + 808], Is.EqualTo(newcomer));
            Assert.That(file.AsSpan(copy + 809, 1024 - 809).ToArray(), Is.All.Zero);
            Assert.That(FormatReader.U32(file, copy + 8), Is.EqualTo(FormatReader.Checksum(file.AsSpan(copy + 12, 1012))));
        }

        Assert.That(FormatReader.U32(fixture.Disk.Platter(fixture.Segments[^1]), 12), Is.EqualTo(4), "version of the segment");
    }

    [Test]
    public void An_identity_file_of_a_later_version_is_refused()
    {
        StoreFixture fixture = new();
        byte[] file = fixture.Disk.Platter("identity");
        foreach (int copy in new[] { 0, 4096 })
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(copy + 12), 6);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(copy + 8), FormatReader.Checksum(file.AsSpan(copy + 12, 1012)));
        }

        Assert.That(() => IdentityRecord.TryRead(file), Throws.InstanceOf<DataDirectoryException>().With.Message.Contains("has format 6; this program reads the formats 4 and 5"));
    }

    private static void AssertGroup(byte[] file, int at)
    {
        Assert.That(FormatReader.U32(file, at), Is.EqualTo(3), "group");
        Assert.That(FormatReader.U32(file, at + 4), Is.Zero);
        Assert.That(FormatReader.U64(file, at + 8), Is.EqualTo(2), "decided slot");
        Assert.That(FormatReader.U64(file, at + 16), Is.EqualTo(2), "highest slot before");
        Assert.That(FormatReader.U64(file, at + 24), Is.EqualTo(1), "snapshot that it rests on");
        Assert.That(FormatReader.U64(file, at + 32), Is.EqualTo(2), "records before");
    }
}
