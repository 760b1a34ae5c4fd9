using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Simulator.Disk;
using PaxosShard.Tests.Unit.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Storage.Groups;

/// <summary>A <see cref="StoreFixture"/> whose directory several groups share, in words that make the tests short.</summary>
internal static class GroupsOfAFixture
{
    /// <summary>A directory of groups 3, 4 and so on.</summary>
    public static StoreFixture Shared(int groups, StoreOptions? options = null, Guid? start = null) => new(seed: 1, options, StoreFixture.IdentitiesOf(groups), start);

    /// <summary>What the disk remembered of a group, by its index.</summary>
    public static RecoveredState Of(this StoreFixture fixture, int group) => fixture.Store.Groups[group].Recovered;

    /// <summary>Appends the records of each group, in one call.</summary>
    public static void AppendAll(this StoreFixture fixture, params Record[][] records) => fixture.Store.Append(fixture.BatchesOf(records));

    /// <summary>Appends records of one group; the others have none.</summary>
    public static void AppendTo(this StoreFixture fixture, int group, params Record[] records) =>
        fixture.AppendAll([.. Enumerable.Range(0, group + 1).Select(index => index == group ? records : [])]);

    /// <summary>What is appended: of each group its records, and no decided slot.</summary>
    public static LogBatch[] BatchesOf(this StoreFixture fixture, Record[][] records) =>
    [
        .. fixture.Store.Groups.Select((group, index) => index < records.Length
            ? StoreOfOneGroup.BatchOf(records[index], new RecordNumber(group.AppendedThrough.Number + records[index].Length), Slot.Zero)
            : StoreOfOneGroup.BatchOf([], group.AppendedThrough, Slot.Zero)),
    ];

    /// <summary>Notes the decided slot of each group.</summary>
    public static void Note(this StoreFixture fixture, params long[] decided) =>
        fixture.Store.Certify([.. decided.Select(static slot => new LogBatch { Decided = new Slot(slot) })]);

    /// <summary>Gives a segment back, if what is in snapshots allows it.</summary>
    public static bool TryRelease(this StoreFixture fixture, params long[] inSnapshots) => fixture.Store.ReleaseWhole([.. inSnapshots.Select(static slot => new Slot(slot))]);

    /// <summary>Writes a snapshot of a group and makes it the durable one.</summary>
    public static SnapshotMark PublishOf(this StoreFixture fixture, int group, long slot) => fixture.Store.Groups[group].Snapshots.Publish(slot, SnapshotsOfAFixture.Pieces(slot));

    /// <summary>Appends and syncs slots of a group one by one until the log has so many segments; the last slot.</summary>
    public static long FillSegmentsWith(this StoreFixture fixture, int group, int count, long from = 1)
    {
        long slot = from - 1;
        while (fixture.Segments.Count < count)
        {
            slot++;
            fixture.AppendTo(group, StoreFixture.Accepted(0, slot, slot, padding: 3000));
            fixture.Store.Sync();
        }

        return slot;
    }

    /// <summary>The process ends; what it has appended stays in the cache, and whoever starts next finds it.</summary>
    public static void Stop(this StoreFixture fixture)
    {
        fixture.Store.Dispose();
        fixture.Disk.Kill();
    }

    /// <summary>Every file of the directory, byte for byte.</summary>
    public static Dictionary<string, byte[]> Files(this SimulatedDisk disk) => disk.Names.ToDictionary(static name => name, disk.Platter, StringComparer.Ordinal);

    /// <summary>Puts a file into the directory, in the place of the one of that name.</summary>
    public static void Put(this SimulatedDisk disk, string name, byte[] content)
    {
        if (disk.Names.Contains(name, StringComparer.Ordinal))
            disk.Lose(name);
        using (StorageFile file = disk.OpenDirectory().Create(name))
        {
            file.WriteAt(content, 0);
            file.SyncData();
        }

        disk.OpenDirectory().SyncDirectory();
    }
}
