using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Disk;
using PaxosShard.Tests.Unit.Core.Snapshots;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Tests.Unit.Storage;
using PaxosShard.Tests.Unit.Storage.Snapshots;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Golden;

/// <summary>
/// A small data directory of format 4, kept as files of the source tree: what one build has written every later one has to read. The tests write it when they run with
/// REWRITE_GOLDEN=1. That is for a new version of the format, which gets a folder of its own; the files of an older version are never written again.
/// </summary>
internal static class GoldenDirectory
{
    private static readonly GoldenFiles _files = new("data-directory-4", ["identity", GoldenFiles.Segment, "snapshot"]);

    /// <summary>What was drawn for the start that wrote it.</summary>
    public static Guid Start { get; } = new("01234567-89ab-cdef-0123-456789abcdef");

    /// <summary>A request that ran before the snapshot: the second message of the room "lobby".</summary>
    public static ClientRequest SecondMessage { get; } = ExecutedLog.Send(new SessionId(1), 2, "world");

    /// <summary>Bytes of all files.</summary>
    public static long Length => _files.Length;

    /// <summary>A disk with a copy of the files.</summary>
    public static SimulatedDisk Copy() => _files.Copy();

    /// <summary>Writes the files.</summary>
    public static void Write() => _files.Write(Make().Disk, static record => record.Slot == 8);

    /// <summary>
    /// Slots 1 to 3 are in the snapshot; behind it 4 and 5 are votes that were noted as decided, 6 was learned, 7 to 9 are votes. All of it is certified.
    /// </summary>
    private static StoreFixture Make()
    {
        ExecutedLog log = new();
        log.Execute(ExecutedLog.Send(new SessionId(1), 1, "hello"));
        log.Execute(SecondMessage);
        log.Execute(ExecutedLog.Request(new SessionId(1), 3, KeyCommand.Put("colour"u8.ToArray(), "blue"u8.ToArray()).Encode()));
        Record[] votes = [.. log.Entries.Select(static (entry, index) => Record.OfAccepted(new View(5), new Slot(index + 1), entry))];

        StoreFixture fixture = new(start: Start);
        fixture.Store.RememberPeer(new ReplicaId(2), StoreFixture.Memory);
        fixture.Append(3, [Record.OfViews(new View(5), new View(4)), .. votes]);
        fixture.Sync();
        fixture.Store.Snapshots.Publish(3, [.. StatePieces.Of(log.State, 100_000)]);
        fixture.Append(5, StoreFixture.Accepted(5, 4, 14), StoreFixture.Accepted(5, 5, 15));
        fixture.Append(
            6, StoreFixture.Learned(6, 16), StoreFixture.Accepted(5, 7, 17), StoreFixture.Accepted(5, 8, 18), StoreFixture.Accepted(5, 9, 19));
        fixture.Sync();
        fixture.Certify(decided: 6);
        return fixture;
    }
}
