using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.Snapshots.SnapshotsOfAFixture;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Snapshots;

/// <summary>A snapshot is there from the moment it is published, and nothing of it before.</summary>
public sealed class SnapshotStoreTests
{
    [Test]
    public void A_new_directory_has_none()
    {
        StoreFixture fixture = new();

        Assert.That(fixture.Store.Snapshots.Newest, Is.EqualTo(SnapshotMark.None));
        Assert.That(fixture.Store.Snapshots.Read(new SnapshotMark(new Slot(1), 1), 0), Is.Null);
        Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(SnapshotMark.None));
        Assert.That(fixture.Recovered.SnapshotPieces, Is.Empty);
        Assert.That(fixture.Store.IsSnapshotRotten, Is.False);
    }

    [Test]
    public void What_is_published_survives_everything()
    {
        StoreFixture fixture = new();
        SnapshotMark mark = fixture.Publish(7);
        Assert.That(fixture.Store.Snapshots.Newest, Is.EqualTo(mark));

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Store.Snapshots.Newest, Is.EqualTo(mark));
        Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(mark));
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(7)));
        Assert.That(Recovered(fixture), Is.EqualTo(Pieces(7)));
        Assert.That(Recovered(fixture), Is.EqualTo(Pieces(7)), "they may be taken again");
        Assert.That(fixture.Store.ForeignFiles, Is.Empty);
    }

    [Test]
    public void Every_piece_can_be_read_by_its_number()
    {
        StoreFixture fixture = new();
        SnapshotMark mark = fixture.Publish(7);
        for (int life = 0; life < 2; life++)
        {
            for (int number = 0; number < 3; number++)
                Assert.That(fixture.Store.Snapshots.Read(mark, number), Is.EqualTo(new SnapshotPiece(mark, number, 3, Pieces(7)[number])));
            fixture.Restart();
        }
    }

    [Test]
    public void The_longest_piece_fits()
    {
        StoreFixture fixture = new();
        byte[] longest = Piece(1, 1, Limits.SnapshotPiece);

        SnapshotMark mark = fixture.Store.Snapshots.Publish(5, [1], longest, [3]);
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Store.Snapshots.Read(mark, 1)!.Bytes.Span.SequenceEqual(longest));
        Assert.That(Recovered(fixture).Select(piece => piece.Length), Is.EqualTo(new[] { 1, Limits.SnapshotPiece, 1 }));
    }

    [Test]
    public void The_one_before_can_be_read_until_the_next_is_durable()
    {
        StoreFixture fixture = new();
        SnapshotStore snapshots = fixture.Store.Snapshots;
        SnapshotMark first = fixture.Publish(7);
        SnapshotMark second = fixture.Publish(9);
        snapshots.Begin(new Slot(11));
        snapshots.Append(Piece(11, 0));

        Assert.That(snapshots.Read(first, 1), Is.EqualTo(new SnapshotPiece(first, 1, 3, Pieces(7)[1])));
        Assert.That(snapshots.Read(second, 1), Is.EqualTo(new SnapshotPiece(second, 1, 3, Pieces(9)[1])));
        snapshots.Publish(MarkOf(11, [Piece(11, 0)]));

        SnapshotMark third = snapshots.Newest;
        Assert.That(snapshots.Read(second, 1)!.Mark, Is.EqualTo(second));
        Assert.That(snapshots.Read(first, 1), Is.EqualTo(new SnapshotPiece(third, 0, 1, Piece(11, 0))), "the first piece of the newest one instead");
    }

    [Test]
    public void When_the_log_has_no_space_the_one_before_is_given_back()
    {
        StoreFixture fixture = new();
        SnapshotMark first = fixture.Publish(7);
        SnapshotMark second = fixture.Publish(9);
        SnapshotQueue queue = new(static () => { });
        SnapshotScheduler scheduler = new(fixture.Store.Snapshots, queue, static _ => { });

        queue.WantSpace();

        Assert.That(scheduler.Next(), Is.EqualTo(SnapshotAction.GaveBack));
        Assert.That(scheduler.Next(), Is.EqualTo(SnapshotAction.None));
        Assert.That(fixture.Store.Snapshots.Read(first, 1)!.Mark, Is.EqualTo(second));
    }

    [Test]
    public void The_space_of_one_that_nobody_can_read_any_more_is_given_back_in_parts_between_which_others_go_on()
    {
        StoreFixture fixture = new();
        PublishLarge(fixture, 7);
        PublishLarge(fixture, 8);
        Assert.That(fixture.Store.Snapshots.HasLeavingSpace, Is.False, "the one before can still be read");
        PublishLarge(fixture, 9);
        SnapshotScheduler scheduler = new(fixture.Store.Snapshots, new SnapshotQueue(static () => { }), static _ => { });
        int openFiles = fixture.Disk.OpenFiles;

        int parts = (fixture.Disk.Platter(GroupFiles.Alone.Snapshot).Length + StoreFixture.Small.ReturnBytes - 1) / StoreFixture.Small.ReturnBytes;
        Assert.That(parts, Is.GreaterThan(2));

        for (int part = 0; part < parts; part++)
        {
            Assert.That(fixture.Disk.OpenFiles, Is.EqualTo(openFiles));
            Assert.That(scheduler.Next(), Is.EqualTo(SnapshotAction.Shrunk));
        }

        Assert.That(fixture.Disk.OpenFiles, Is.EqualTo(openFiles - 1));
        Assert.That(scheduler.Next(), Is.EqualTo(SnapshotAction.None));
        Assert.That(fixture.Store.Snapshots.HasLeavingSpace, Is.False);
    }

    [Test]
    public void One_that_finds_no_space_for_its_end_leaves_no_file_open()
    {
        StoreFixture fixture = new();
        fixture.Publish(7);
        SnapshotStore snapshots = fixture.Store.Snapshots;
        List<int> open = [];
        for (int attempt = 0; attempt < 3; attempt++)
        {
            snapshots.Begin(new Slot(9));
            snapshots.Append(Piece(9, 0));
            fixture.Disk.Budget = fixture.Disk.UsedBytes;
            Assert.That(() => snapshots.Publish(MarkOf(9, [Piece(9, 0)])), Throws.TypeOf<DiskFullException>());
            snapshots.Drop();
            fixture.Disk.Budget = long.MaxValue;
            open.Add(fixture.Disk.OpenFiles);
        }

        Assert.That(open.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void When_space_is_wanted_all_of_it_is_given_back_at_once()
    {
        StoreFixture fixture = new();
        foreach (int slot in new[] { 7, 8, 9 })
            PublishLarge(fixture, slot);
        SnapshotQueue queue = new(static () => { });
        SnapshotScheduler scheduler = new(fixture.Store.Snapshots, queue, static _ => { });
        Assert.That(scheduler.Next(), Is.EqualTo(SnapshotAction.Shrunk));

        queue.WantSpace();

        Assert.That(scheduler.Next(), Is.EqualTo(SnapshotAction.GaveBack));
        Assert.That(scheduler.Next(), Is.EqualTo(SnapshotAction.None));
    }

    [TestCase(-1)]
    [TestCase(3)]
    [TestCase(long.MaxValue)]
    public void For_a_piece_that_there_is_not_the_first_one_of_the_newest_is_given(long number)
    {
        StoreFixture fixture = new();
        SnapshotMark before = fixture.Publish(7);
        SnapshotMark newest = fixture.Publish(8);
        SnapshotPiece first = new(newest, 0, 3, Pieces(8)[0]);

        Assert.That(fixture.Store.Snapshots.Read(newest, number), Is.EqualTo(first));
        Assert.That(fixture.Store.Snapshots.Read(before, number), Is.EqualTo(first));
        Assert.That(fixture.Store.Snapshots.Read(newest with { Hash = 1 }, 1), Is.EqualTo(first), "of the same slot, and another one all the same");
    }

    [Test]
    public void A_piece_that_rots_while_the_replica_runs_is_not_given_and_the_others_are()
    {
        StoreFixture fixture = new();
        SnapshotMark mark = fixture.Publish(7);
        fixture.Disk.FlipBit(GroupFiles.Alone.Snapshot, 8L * (FormatReader.Block + 40));

        Assert.That(fixture.Store.Snapshots.Read(mark, 0), Is.Null);
        Assert.That(fixture.Store.Snapshots.Read(mark, 1), Is.EqualTo(new SnapshotPiece(mark, 1, 3, Pieces(7)[1])));
        fixture.Disk.MakeUnreadable(GroupFiles.Alone.Snapshot, 2 * FormatReader.Block, 1);
        Assert.That(fixture.Store.Snapshots.Read(mark, 1), Is.Null);
        Assert.That(fixture.Store.Snapshots.Read(mark, 2), Is.Not.Null);
    }

    [Test]
    public void An_unfinished_one_is_nothing_and_the_next_takes_its_place()
    {
        StoreFixture fixture = new();
        SnapshotMark mark = fixture.Publish(7);
        fixture.Store.Snapshots.Begin(new Slot(9));
        fixture.Store.Snapshots.Append(Piece(9, 0, 60_000));
        fixture.Store.Snapshots.Sync();
        fixture.Disk.OpenDirectory().SyncDirectory();

        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(mark));
        Assert.That(fixture.Disk.Names, Does.Not.Contain(GroupFiles.Alone.NewSnapshot), "its space is given back");
        Assert.That(fixture.Store.ForeignFiles, Is.Empty);
        fixture.Store.Snapshots.Begin(new Slot(9));
        fixture.Store.Snapshots.Append(Piece(9, 0, 60_000));
        SnapshotMark next = fixture.Publish(10);
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(next));
        Assert.That(Recovered(fixture), Is.EqualTo(Pieces(10)));
    }

    [Test]
    public void One_that_is_dropped_leaves_no_file_and_the_one_before_counts()
    {
        StoreFixture fixture = new();
        SnapshotMark mark = fixture.Publish(7);
        fixture.Store.Snapshots.Drop();
        fixture.Store.Snapshots.Begin(new Slot(9));
        fixture.Store.Snapshots.Append(Piece(9, 0));

        fixture.Store.Snapshots.Drop();

        Assert.That(fixture.Disk.Names, Does.Not.Contain(GroupFiles.Alone.NewSnapshot));
        Assert.That(() => fixture.Store.Snapshots.Append(Piece(9, 1)), Throws.InvalidOperationException);
        fixture.PowerFailure();
        Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(mark));
    }

    [Test]
    public void A_mark_that_is_not_that_of_the_pieces_is_refused()
    {
        StoreFixture fixture = new();
        SnapshotStore snapshots = fixture.Store.Snapshots;
        snapshots.Begin(new Slot(7));
        Assert.That(() => snapshots.Publish(new SnapshotMark(new Slot(7), 0)), Throws.InvalidOperationException, "without a piece");
        snapshots.Append(Piece(7, 0));
        SnapshotMark mark = MarkOf(7, [Piece(7, 0)]);

        Assert.That(() => snapshots.Publish(mark with { Slot = new Slot(8) }), Throws.ArgumentException);
        Assert.That(() => snapshots.Publish(mark with { Hash = mark.Hash + 1 }), Throws.ArgumentException);
        Assert.That(fixture.Disk.Names, Does.Not.Contain(GroupFiles.Alone.Snapshot));
        snapshots.Publish(mark);
        Assert.That(snapshots.Newest, Is.EqualTo(mark));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        SnapshotStore snapshots = new StoreFixture().Store.Snapshots;
        Assert.That(() => snapshots.Append(Piece(7, 0)), Throws.InvalidOperationException, "nothing was begun");
        Assert.That(() => snapshots.Publish(MarkOf(7, Pieces(7))), Throws.InvalidOperationException);
        Assert.That(() => snapshots.Begin(Slot.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        snapshots.Publish(7, Pieces(7));
        Assert.That(() => snapshots.Begin(new Slot(6)), Throws.InstanceOf<ArgumentOutOfRangeException>(), "between it and the log slots would be missing");
        snapshots.Begin(new Slot(8));
        Assert.That(() => snapshots.Append([]), Throws.ArgumentException);
        Assert.That(() => snapshots.Append(new byte[Limits.SnapshotPiece + 1]), Throws.ArgumentException);
    }

    [Test]
    public void A_failed_sync_in_between_is_fatal_too()
    {
        StoreFixture fixture = new();
        fixture.Store.Snapshots.Sync();
        fixture.Store.Snapshots.Begin(new Slot(9));
        fixture.Disk.FailingSyncs = 1;

        Assert.That(fixture.Store.Snapshots.Sync, Throws.TypeOf<StorageFailedException>());
        Assert.That(fixture.Store.Snapshots.Sync, Throws.TypeOf<StorageFailedException>());
    }

    [TestCase("fdatasync", true)]
    [TestCase("rename", true)]
    [TestCase("fsync", false)]
    public void A_publication_that_fails_is_fatal_and_nothing_is_tried_again(string call, bool isAboutTheFile)
    {
        InADirectory((store, calls, path) =>
        {
            SnapshotMark before = store.Snapshots.Publish(3, Pieces(3));
            store.Snapshots.Begin(new Slot(4));
            store.Snapshots.Append(Piece(4, 0));
            SnapshotMark mark = MarkOf(4, [Piece(4, 0)]);
            calls.Failures[$"{call} {(isAboutTheFile ? Path.Combine(path, GroupFiles.Alone.NewSnapshot) : path)}"] = 5;
            calls.Calls.Clear();

            Assert.That(() => store.Snapshots.Publish(mark), Throws.TypeOf<StorageFailedException>());

            Assert.That(store.Snapshots.Newest, Is.EqualTo(before));
            int made = calls.Calls.Count;
            Assert.That(() => store.Snapshots.Publish(mark), Throws.TypeOf<StorageFailedException>());
            Assert.That(() => store.Snapshots.Begin(new Slot(10)), Throws.TypeOf<StorageFailedException>());
            Assert.That(() => store.Snapshots.Append(Piece(4, 1)), Throws.TypeOf<StorageFailedException>());
            Assert.That(() => store.Snapshots.Drop(), Throws.TypeOf<StorageFailedException>());
            Assert.That(calls.Calls, Has.Count.EqualTo(made));
        });
    }

    [Test]
    public void The_order_of_the_calls_is_write_sync_rename_sync()
    {
        InADirectory((store, calls, path) =>
        {
            calls.Calls.Clear();

            store.Snapshots.Publish(3, [1], [2]);

            string written = Path.Combine(path, GroupFiles.Alone.NewSnapshot);
            Assert.That(calls.Calls, Is.EqualTo(new[]
            {
                $"write {written}", $"write {written}", $"write {written}", $"write {written}", $"fdatasync {written}", $"rename {written}", $"fsync {path}",
            }));
        });
    }

    [Test]
    public void The_log_goes_on_between_the_calls()
    {
        StoreFixture fixture = new();
        SnapshotStore snapshots = fixture.Store.Snapshots;
        fixture.AppendAndSync(Accepted(0, 1, 11));
        snapshots.Begin(new Slot(1));
        fixture.Append(1, Accepted(0, 2, 12));
        snapshots.Append(Piece(1, 0));
        fixture.Sync();
        snapshots.Publish(MarkOf(1, [Piece(1, 0)]));
        fixture.AppendAndSync(Accepted(0, 3, 13));

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Snapshot.Slot, Is.EqualTo(new Slot(1)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 2, 12), Entry(0, 3, 13) }));
    }

    [Test]
    public void Reading_only_shows_it_and_changes_nothing()
    {
        StoreFixture fixture = new();
        SnapshotMark mark = fixture.Publish(7);
        fixture.Store.Snapshots.Begin(new Slot(8));
        fixture.Store.Dispose();
        long operations = fixture.Disk.Operations;

        RecoveredState state = ReplicaStore.ReadOnly(fixture.Disk.OpenDirectory())[0].State;

        Assert.That(state.Snapshot, Is.EqualTo(mark));
        Assert.That(state.SnapshotPieces.Select(piece => piece.ToArray()), Is.EqualTo(Pieces(7)));
        Assert.That(fixture.Disk.Operations, Is.EqualTo(operations));
    }

    private static IEnumerable<byte[]> Recovered(StoreFixture fixture) => fixture.Recovered.SnapshotPieces.Select(piece => piece.ToArray());

    /// <summary>A store on a real directory, whose calls are written down.</summary>
    private static void InADirectory(Action<ReplicaStore, RecordedSystemCalls, string> test)
    {
        string path = Directory.CreateTempSubdirectory("snapshots").FullName;
        try
        {
            RecordedSystemCalls calls = new();
            StorageDirectory directory = new(path, calls);
            ReplicaStore.Create(directory, Identity, Small);
            using ReplicaStore store = ReplicaStore.Open(directory, Small, Guid.NewGuid());
            test(store, calls, path);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static void PublishLarge(StoreFixture fixture, int slot) => fixture.Store.Snapshots.Publish(slot, [Piece(slot, 0, 3 * StoreFixture.Small.ReturnBytes)]);
}
