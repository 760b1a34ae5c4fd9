using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>A log in which other groups have something is one of a later build: it is refused, and nothing is changed.</summary>
public sealed class OtherGroupTests
{
    private const int GroupsOfSegment = 112;
    private const int GroupsOfBatch = 96;
    private const int GroupBytes = 40;

    /// <summary>What names a group.</summary>
    public enum Place
    {
        SegmentHeader,
        BatchHeader,
        RecordName,
    }

    [Test]
    public void Something_of_another_group_is_refused_and_untouched([Values] Place place)
    {
        StoreFixture fixture = Stopped(out string segment, out byte[] file);
        int batch = FormatReader.Read(file, Identity.Identity).Single(static batch => batch.Records.Count > 0).Offset;
        switch (place)
        {
            case Place.SegmentHeader:
                Put(file, GroupsOfSegment, 4);
                SealSegment(file);
                break;
            case Place.BatchHeader:
                Put(file, batch + GroupsOfBatch, 4);
                FormatReader.Seal(file, batch, Identity.Identity);
                break;
            default:
                Put(file, FormatReader.NameAt(file, batch, 0) + 8, 4);
                FormatReader.Seal(file, batch, Identity.Identity);
                break;
        }

        AssertRefused(fixture, segment, file, "the log has records of group 4, and the directory belongs to group 3");
    }

    [Test]
    public void A_segment_of_several_groups_is_refused_and_untouched([Values(2, 10, 11, 200)] int count)
    {
        StoreFixture fixture = Stopped(out string segment, out byte[] file);
        PutGroups(file, GroupsOfSegment, count);
        Put(file, 92, count);
        SealSegment(file, GroupsOfSegment + (GroupBytes * count));

        AssertRefused(fixture, segment, file, $"{count} groups share the log");
    }

    [Test]
    public void A_batch_of_several_groups_is_refused_and_untouched([Values] bool isHeaderOfSegmentBad)
    {
        StoreFixture fixture = Stopped(out string segment, out byte[] file);
        int batch = FormatReader.Read(file, Identity.Identity).Last(static batch => batch.Records.Count == 0).Offset;
        PutGroups(file, batch + GroupsOfBatch, 3);
        Put(file, batch + 44, 3);
        FormatReader.Seal(file, batch, Identity.Identity);
        if (isHeaderOfSegmentBad)
            file.AsSpan(0, FormatReader.Block).Clear();

        AssertRefused(fixture, segment, file, "3 groups share the log");
    }

    [Test]
    public void A_header_of_a_segment_with_an_impossible_number_of_groups_is_a_bad_one([Values(0, -1, 4097, int.MaxValue, int.MinValue)] int count)
    {
        StoreFixture fixture = Stopped(out string segment, out byte[] file);
        Put(file, 92, count);
        SealSegment(file);
        fixture.Disk.Damage(segment, 0, file);

        fixture.Reopen();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11) }), "the batches stand in for it");
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
    }

    [Test]
    public void A_header_of_a_batch_with_an_impossible_number_of_groups_is_a_bad_one([Values(0, -1, 4096, 4097, int.MaxValue, int.MinValue)] int count)
    {
        StoreFixture fixture = Stopped(out string segment, out byte[] file);
        int batch = FormatReader.Read(file, Identity.Identity).Single(static batch => batch.Records.Count > 0).Offset;
        Put(file, batch + 44, count);
        fixture.Disk.Damage(segment, 0, file);

        fixture.Reopen();

        Assert.That(fixture.Recovered.Stored(), Is.Empty);
        Assert.That(fixture.Recovered.Faulty, Is.EqualTo(new[] { new Slot(1) }), "the next batch says that nothing was above it");
    }

    /// <summary>A log of one record, certified, and its one segment.</summary>
    private static StoreFixture Stopped(out string segment, out byte[] file)
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11));
        fixture.Sync();
        fixture.Certify(decided: 1);
        fixture.Store.Dispose();
        segment = fixture.Segments.Single();
        file = fixture.Disk.Platter(segment);
        return fixture;
    }

    private static void AssertRefused(StoreFixture fixture, string segment, byte[] file, string message)
    {
        fixture.Disk.Damage(segment, 0, file);
        long operations = fixture.Disk.Operations;

        Assert.That(() => ReplicaStore.ReadOnly(fixture.Disk.OpenDirectory())[0].State, Throws.TypeOf<DataDirectoryException>().With.Message.Contains(message));
        Assert.That(fixture.Disk.Operations, Is.EqualTo(operations));
        Assert.That(() => fixture.Reopen(), Throws.TypeOf<DataDirectoryException>().With.Message.Contains(message));
        Assert.That(fixture.Disk.Platter(segment), Is.EqualTo(file));
        Assert.That(ReplicaStore.ReadIdentities(fixture.Disk.OpenDirectory())[0].Incarnation, Is.EqualTo(1), "it does not even count as a start");
    }

    /// <summary>The group of the directory, and others behind it.</summary>
    private static void PutGroups(byte[] file, int at, int count)
    {
        for (int index = 0; index < count; index++)
            Put(file, at + (GroupBytes * index), 3 + index);
    }

    private static void Put(byte[] file, int at, int number) => BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at), number);

    private static void SealSegment(byte[] file, int length = 512) =>
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(8), FormatReader.Checksum(file.AsSpan(12, Math.Max(512, length) - 12)));
}
