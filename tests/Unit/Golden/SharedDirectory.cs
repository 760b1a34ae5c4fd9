using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Disk;
using PaxosShard.Tests.Unit.Storage;
using PaxosShard.Tests.Unit.Storage.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Golden;

/// <summary>As <see cref="GoldenDirectory"/>, of two groups that share it.</summary>
internal static class SharedDirectory
{
    private static readonly GoldenFiles _files = new("shared-directory-4", ["identity-3", "identity-4", GoldenFiles.Segment, "snapshot-4"]);

    /// <summary>Bytes of all files.</summary>
    public static long Length => _files.Length;

    /// <summary>A disk with a copy of the files.</summary>
    public static SimulatedDisk Copy() => _files.Copy();

    /// <summary>Writes the files.</summary>
    public static void Write() => _files.Write(Make().Disk, static record => record is { Group: 3, Slot: 2 });

    /// <summary>
    /// Group 3 has votes in the slots 1 to 3, the first of which is decided, and no snapshot. Of group 4 the slots 1 and 2 are in the snapshot, behind it 3 is a vote that was noted as decided, 4 was
    /// learned, 5 is a vote. All of it is certified.
    /// </summary>
    private static StoreFixture Make()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(2, start: GoldenDirectory.Start);
        fixture.Store.RememberPeer(1, new ReplicaId(2), StoreFixture.Memory);
        fixture.AppendAll([StoreFixture.Accepted(2, 1, 31)], [Record.OfViews(new View(5), new View(4)), StoreFixture.Accepted(5, 1, 41), StoreFixture.Accepted(5, 2, 42)]);
        fixture.Store.Sync();
        fixture.PublishOf(1, 2);
        fixture.AppendAll([Record.OfViews(new View(3), View.None), StoreFixture.Accepted(3, 2, 32), StoreFixture.Accepted(3, 3, 33)], [StoreFixture.Accepted(5, 3, 43)]);
        fixture.AppendTo(1, StoreFixture.Learned(4, 44), StoreFixture.Accepted(5, 5, 45));
        fixture.Store.Sync();
        fixture.Note(1, 3);
        return fixture;
    }
}
