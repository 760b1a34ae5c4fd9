using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.Snapshots.SnapshotsOfAFixture;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Snapshots;

/// <summary>A snapshot is taken for what it is only as long as each of its bytes is.</summary>
public sealed class SnapshotRotTests
{
    private const int Block = FormatReader.Block;

    [Test]
    public void Any_byte_of_a_snapshot_that_changes_makes_it_rotten()
    {
        SimulatedDisk disk = WithSnapshot(out SnapshotMark mark);
        long length = disk.Platter(GroupFiles.Alone.Snapshot).Length;
        Assert.That(length, Is.EqualTo(6 * Block));
        for (long at = 0; at < length; at++)
        {
            long bit = (8 * at) + (at % 8);
            disk.FlipBit(GroupFiles.Alone.Snapshot, bit);
            using (SnapshotFile? spoilt = SnapshotFile.TryOpen(disk.OpenDirectory(), GroupFiles.Alone, Identity, out bool isRotten))
            {
                Assert.That(spoilt, Is.Null, $"byte {at}");
                Assert.That(isRotten, $"byte {at}");
            }

            disk.FlipBit(GroupFiles.Alone.Snapshot, bit);
        }

        using SnapshotFile? file = SnapshotFile.TryOpen(disk.OpenDirectory(), GroupFiles.Alone, Identity, out _);
        Assert.That(file!.Mark, Is.EqualTo(mark));
    }

    [Test]
    public void A_snapshot_that_is_cut_anywhere_is_rotten()
    {
        SimulatedDisk disk = WithSnapshot(out _);
        using StorageFile file = disk.OpenDirectory().Open(GroupFiles.Alone.Snapshot);
        for (long length = file.Length - 1; length >= 0; length--)
        {
            file.SetLength(length);
            using SnapshotFile? cut = SnapshotFile.TryOpen(disk.OpenDirectory(), GroupFiles.Alone, Identity, out bool isRotten);
            Assert.That(cut is null && isRotten, $"cut to {length}");
        }
    }

    [TestCase(1)]
    [TestCase(Block)]
    public void A_snapshot_with_something_behind_its_end_is_rotten(int more)
    {
        SimulatedDisk disk = WithSnapshot(out _);
        using StorageFile file = disk.OpenDirectory().Open(GroupFiles.Alone.Snapshot);
        file.SetLength(file.Length + more);

        using SnapshotFile? longer = SnapshotFile.TryOpen(disk.OpenDirectory(), GroupFiles.Alone, Identity, out bool isRotten);

        Assert.That(longer is null && isRotten);
    }

    [Test]
    public void A_block_that_cannot_be_read_makes_it_rotten([Range(0, 5)] int block)
    {
        SimulatedDisk disk = WithSnapshot(out _);
        disk.MakeUnreadable(GroupFiles.Alone.Snapshot, block * Block, 1);

        using SnapshotFile? unreadable = SnapshotFile.TryOpen(disk.OpenDirectory(), GroupFiles.Alone, Identity, out bool isRotten);

        Assert.That(unreadable is null && isRotten);
    }

    [Test]
    public void A_block_of_another_snapshot_or_from_another_place_never_passes()
    {
        SimulatedDisk disk = WithSnapshot(out _);
        byte[] own = disk.Platter(GroupFiles.Alone.Snapshot);
        byte[] other = WithSnapshot(out _, slot: 8).Platter(GroupFiles.Alone.Snapshot);
        for (int from = 0; from < 6; from++)
        {
            for (int to = 0; to < 6; to++)
            {
                AssertRotten(disk, own, to, other.AsSpan(from * Block, Block).ToArray());
                if (from != to)
                    AssertRotten(disk, own, to, own.AsSpan(from * Block, Block).ToArray());
            }
        }
    }

    [Test]
    public void A_rotten_snapshot_counts_as_none_and_its_file_stays_until_the_next_one()
    {
        StoreFixture fixture = new();
        fixture.Append(2, Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Sync();
        fixture.Publish(2);
        fixture.RotSnapshot();
        byte[] rotten = fixture.Disk.Platter(GroupFiles.Alone.Snapshot);
        Assert.That(fixture.Store.IsSnapshotRotten, Is.False);

        fixture.Restart();
        Assert.That(fixture.Store.IsSnapshotRotten);
        Assert.That(fixture.Store.Snapshots.Newest, Is.EqualTo(SnapshotMark.None));
        Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(SnapshotMark.None));
        Assert.That(fixture.Recovered.SnapshotPieces, Is.Empty);
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Known(2, 12) }), "the log still has everything");
        Assert.That(fixture.Store.Identity.LossStart, Is.EqualTo(2), "what was said on the strength of it need not be found again");
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Disk.Platter(GroupFiles.Alone.Snapshot), Is.EqualTo(rotten));

        SnapshotMark next = fixture.Publish(1);
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Store.IsSnapshotRotten, Is.False);
        Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(next));
    }

    [Test]
    public void A_sync_that_lied_is_noticed_as_rot()
    {
        StoreFixture fixture = new();
        fixture.Disk.LyingSyncs = 1;
        fixture.Publish(2);

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Store.IsSnapshotRotten);
    }

    [Test]
    public void A_snapshot_of_another_directory_is_refused_and_untouched()
    {
        foreach (ReplicaIdentity other in new[]
        {
            Identity with { Identity = 777 },
            Identity with { Cluster = Guid.Empty },
            Identity with { Group = new GroupId(4) },
            Identity with { Replica = new ReplicaId(2) },
        })
        {
            StoreFixture fixture = new();
            fixture.Store.Dispose();
            StoreFixture foreign = new(identity: other);
            foreign.Publish(5);
            byte[] theirs = foreign.Disk.Platter(GroupFiles.Alone.Snapshot);
            Put(fixture.Disk, theirs);
            long operations = fixture.Disk.Operations;

            Assert.That(() => ReplicaStore.ReadOnly(fixture.Disk.OpenDirectory())[0].State, Throws.TypeOf<ForeignDataDirectoryException>());
            Assert.That(fixture.Disk.Operations, Is.EqualTo(operations));
            Assert.That(() => fixture.Reopen(), Throws.TypeOf<ForeignDataDirectoryException>().With.Message.Contains("snapshot"));
            Assert.That(fixture.Disk.Platter(GroupFiles.Alone.Snapshot), Is.EqualTo(theirs));
            Assert.That(ReplicaStore.ReadIdentities(fixture.Disk.OpenDirectory())[0].Incarnation, Is.EqualTo(1), "it does not even count as a start");
        }
    }

    [Test]
    public void A_newer_format_is_refused_and_untouched()
    {
        StoreFixture fixture = new();
        fixture.Publish(5);
        fixture.Store.Dispose();
        byte[] file = fixture.Disk.Platter(GroupFiles.Alone.Snapshot);
        file[15] = 99;
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(8), FormatReader.Checksum(file.AsSpan(12, Block - 12)));
        fixture.Disk.Damage(GroupFiles.Alone.Snapshot, 0, file);

        Assert.That(() => fixture.Reopen(), Throws.TypeOf<DataDirectoryException>().With.Message.Contains("format 99"));
        Assert.That(fixture.Disk.Platter(GroupFiles.Alone.Snapshot), Is.EqualTo(file));
    }

    [Test]
    public void A_directory_with_nothing_but_a_snapshot_was_a_replica_once()
    {
        SimulatedDisk disk = WithSnapshot(out _);
        foreach (string name in disk.Names.Where(name => !string.Equals(name, GroupFiles.Alone.Snapshot, StringComparison.Ordinal)).ToArray())
            disk.OpenDirectory().Delete(name);

        Assert.That(ReplicaStore.IsFormatted(disk.OpenDirectory()));
        Assert.That(() => ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid()), Throws.TypeOf<DataDirectoryException>());
        Assert.That(() => ReplicaStore.Create(disk.OpenDirectory(), Identity, Small), Throws.TypeOf<DataDirectoryException>());
        Assert.That(disk.Names, Does.Contain(GroupFiles.Alone.Snapshot));
    }

    /// <summary>With nothing of the store in it: the page is complete.</summary>
    [Test]
    public void A_reader_written_from_the_description_finds_every_piece()
    {
        byte[] file = WithSnapshot(out SnapshotMark mark).Platter(GroupFiles.Alone.Snapshot);
        byte[] owner = [.. Identity.Cluster.ToByteArray(bigEndian: true), .. Number(3, 4), .. Number(1, 4), .. Number(0x1234567890, 8), .. Number(7, 8)];

        Assert.That(FormatReader.U64(file, 0), Is.EqualTo(0x5058534E41505348ul));
        Assert.That(FormatReader.U32(file, 8), Is.EqualTo(FormatReader.Checksum(file.AsSpan(12, Block - 12))));
        Assert.That(FormatReader.U32(file, 12), Is.EqualTo(4), "version");
        Assert.That(file.AsSpan(16, 16).SequenceEqual(owner.AsSpan(0, 16)), "cluster");
        Assert.That(FormatReader.U64(file, 56), Is.EqualTo(0x1234567890), "identity");
        Assert.That(FormatReader.U64(file, 72), Is.EqualTo(7), "slot");
        List<byte[]> pieces = [];
        ulong hash = 0;
        int at = Block;
        while (FormatReader.U32(file, at) == 0x50585350)
        {
            int length = (int)FormatReader.U32(file, at + 16);
            int padded = (24 + length + Block - 1) / Block * Block;
            Assert.That(FormatReader.U64(file, at + 8), Is.EqualTo(pieces.Count), "number");
            Assert.That(FormatReader.U32(file, at + 4), Is.EqualTo(FormatReader.Checksum([.. owner, .. file.AsSpan(at + 8, padded - 8)])));
            pieces.Add(file.AsSpan(at + 24, length).ToArray());
            hash = StableHash64.Of(pieces[^1], hash);
            at += padded;
        }

        Assert.That(pieces, Is.EqualTo(Pieces(7)));
        Assert.That(FormatReader.U64(file, at), Is.EqualTo(0x5058534E4150454Eul));
        Assert.That(FormatReader.U32(file, at + 8), Is.EqualTo(FormatReader.Checksum([.. owner, .. file.AsSpan(at + 12, Block - 12)])));
        Assert.That(FormatReader.U64(file, at + 16), Is.EqualTo(7), "slot");
        Assert.That(FormatReader.U64(file, at + 24), Is.EqualTo(3), "pieces");
        Assert.That(FormatReader.U64(file, at + 32), Is.EqualTo(hash));
        Assert.That(FormatReader.U64(file, at + 40), Is.EqualTo(at), "its own place");
        Assert.That(file, Has.Length.EqualTo(at + Block));
        Assert.That(mark, Is.EqualTo(new SnapshotMark(new Slot(7), hash)));
    }

    /// <summary>The disk of a stopped replica with a small snapshot: a header, pieces of 1, 2 and 1 blocks, a footer.</summary>
    private static SimulatedDisk WithSnapshot(out SnapshotMark mark, long slot = 7)
    {
        StoreFixture fixture = new();
        mark = fixture.Publish(slot);
        fixture.Store.Dispose();
        return fixture.Disk;
    }

    private static void AssertRotten(SimulatedDisk disk, byte[] own, int block, byte[] bytes)
    {
        disk.Damage(GroupFiles.Alone.Snapshot, block * Block, bytes);
        using (SnapshotFile? spoilt = SnapshotFile.TryOpen(disk.OpenDirectory(), GroupFiles.Alone, Identity, out bool isRotten))
            Assert.That(spoilt is null && isRotten, $"block {block}");
        disk.Damage(GroupFiles.Alone.Snapshot, 0, own);
    }

    private static void Put(SimulatedDisk disk, byte[] snapshot)
    {
        using StorageFile file = disk.OpenDirectory().Create(GroupFiles.Alone.Snapshot);
        file.WriteAt(snapshot, 0);
        file.SyncData();
        disk.OpenDirectory().SyncDirectory();
    }

    private static byte[] Number(long number, int bytes)
    {
        byte[] all = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(all, number);
        return all[(8 - bytes)..];
    }
}
