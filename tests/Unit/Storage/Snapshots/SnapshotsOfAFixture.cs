using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Storage.Snapshots;

/// <summary>Snapshots of a <see cref="StoreFixture"/>, in words that make the tests short.</summary>
internal static class SnapshotsOfAFixture
{
    /// <summary>A piece that is another one for each slot and number.</summary>
    public static byte[] Piece(long slot, int number, int length = 300)
    {
        byte[] piece = new byte[length];
        for (int at = 0; at < piece.Length; at++)
            piece[at] = (byte)((slot * 31) + (number * 7) + at);
        return piece;
    }

    /// <summary>So many pieces, of different lengths, one of which fills blocks to their end.</summary>
    public static byte[][] Pieces(long slot, int count = 3) =>
        [.. Enumerable.Range(0, count).Select(number => Piece(slot, number, number == 1 ? 8192 - PieceFrame.HeadBytes : 300 + number))];

    public static SnapshotMark MarkOf(long slot, IEnumerable<byte[]> pieces) =>
        new(new Slot(slot), pieces.Aggregate(0UL, (hash, piece) => StateExport.Fold(hash, piece)));

    /// <summary>Writes a snapshot of a slot and makes it the durable one.</summary>
    public static SnapshotMark Publish(this SnapshotStore snapshots, long slot, params byte[][] pieces)
    {
        SnapshotMark mark = MarkOf(slot, pieces);
        snapshots.Begin(mark.Slot);
        foreach (byte[] piece in pieces)
            snapshots.Append(piece);
        snapshots.Publish(mark);
        return mark;
    }

    /// <summary>The same, with some pieces.</summary>
    public static SnapshotMark Publish(this StoreFixture fixture, long slot) => fixture.Store.Snapshots.Publish(slot, Pieces(slot));

    /// <summary>Gives back everything that may be given back; how many segments that were.</summary>
    public static int ReleaseAll(this StoreFixture fixture, long inSnapshot)
    {
        int released = 0;
        while (fixture.Store.TryRelease(new Slot(inSnapshot)))
            released++;
        return released;
    }

    /// <summary>Appends and syncs slots one by one, each decided by the next, until the log has so many segments; the last slot.</summary>
    public static long FillSegments(this StoreFixture fixture, int count, long from = 1)
    {
        long slot = from - 1;
        while (fixture.Segments.Count < count)
        {
            slot++;
            fixture.Append(slot - 1, StoreFixture.Accepted(0, slot, slot, padding: 3000));
            fixture.Sync();
        }

        return slot;
    }

    /// <summary>Spoils a byte of the durable snapshot.</summary>
    public static void RotSnapshot(this StoreFixture fixture) => fixture.Disk.FlipBit(GroupFiles.Alone.Snapshot, 8L * (FormatReader.Block + 100));

    /// <summary>Slots up to one that were told neither as there nor as lost.</summary>
    public static IReadOnlyList<long> Forgotten(this StoreFixture fixture, long last)
    {
        HashSet<long> told =
        [
            .. fixture.Recovered.Stored().Select(entry => entry.Slot.Number),
            .. fixture.Recovered.Faulty.Select(slot => slot.Number),
        ];
        long from = fixture.Recovered.FaultyFrom == Slot.Zero ? long.MaxValue : fixture.Recovered.FaultyFrom.Number;
        return [.. Enumerable.Range(1, (int)last).Select(slot => (long)slot).Where(slot => slot > fixture.Recovered.Snapshot.Slot.Number && !told.Contains(slot) && slot < from)];
    }
}
