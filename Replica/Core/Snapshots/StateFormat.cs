using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>How an export of the whole replicated state is written: a head, then the sessions with their results, then the export of the machine.</summary>
/// <remarks>
/// It comes in pieces, each of one kind. All numbers are big-endian; payloads have their length (4 bytes) before them.
/// <code>
/// piece      kind (1, a StatePieceKind), number (8, from 0 on without gaps), then what stands in a piece of its kind, then the checksum (8)
/// head       format (2), slot (8), hash of the state (8), log time (8), highest first view (8, -1 for none), sessions (8), bytes of the sessions (8),
///            hash of the rules (8)
/// sessions   sessions, at least one, up to the checksum
/// session    id (16), acknowledged mark (8), highest number (8), digest (8), highest expiry (8), due at (8),
///            slot of the last change (8), places of the ring (4), results (4), then for each: number (8), hash of the command (8), status (1), arc (2),
///            in an ordered session the token of its placement (24), payload
/// queues     queued operations, at least one, each as QueuedOperation says, up to the checksum
/// members    number (8), slot (8), how many founders were replaced (4), then for each: place (1), identity (8), address (length (4), UTF-8)
/// machine    a piece of the export of the machine, up to the checksum
/// </code>
/// The first piece is a head. The member list is the second one, unless it is that of the founders. Those with sessions follow, as many as there are, then those with queued operations, in the order in which these came to their queues, and then the
/// machine's, of which the last one is the last of all. The sessions stand in the order of their table, their results in that of their numbers, from the mark to the highest
/// one. A session whose payloads have more bytes than a session can have of its own, because results came with arcs, stands there in several parts, one behind the other:
/// each has the same head and the results that follow those of the part before, and the last one has the result of the highest number. The slot of the last change is that
/// of the mark or of the highest expiry. The bytes of the sessions are those that are counted in memory. The rules are those of <see cref="Execution.ExecutionRules"/>.
/// The checksum is the XXH3 of the piece up to the checksum, with that of the piece before as the seed and 0 for the first one. So each piece tells by itself that it
/// is whole, and that it stands behind those of its own export: nothing of it is read before that is known, and nothing is believed afterwards.
/// </remarks>
internal static class StateFormat
{
    /// <summary>The format that is written, and the only one that is read.</summary>
    public const int Version = 2;

    /// <summary>Bytes before what stands in a piece.</summary>
    public const int PieceHeaderSize = 1 + sizeof(long);

    /// <summary>Bytes behind what stands in a piece.</summary>
    public const int ChecksumSize = sizeof(ulong);

    /// <summary>Most bytes that may be wanted of a piece: with the longest session, or the longest piece of a machine, behind one byte less it is at most <see cref="Limits.SnapshotPiece"/>.</summary>
    public const int LongestWanted = 512 * 1024;
}

/// <summary>What stands in a piece of an export. Reaches the disk and the wire: append only.</summary>
internal enum StatePieceKind : byte
{
    /// <summary>What the export is of.</summary>
    Head = 1,

    /// <summary>Sessions with their results.</summary>
    Sessions = 2,

    /// <summary>A piece of the export of the machine.</summary>
    Machine = 3,

    /// <summary>The member list, when it is not the founders'.</summary>
    Members = 4,

    /// <summary>Operations that wait for their effect, when there are some.</summary>
    Queues = 5,
}

/// <summary>What an export is of, and all of the state that is neither a session nor the machine's.</summary>
/// <param name="Slot">The last slot that was executed.</param>
/// <param name="Hash">The rolling hash after it.</param>
/// <param name="LogTime">Log time after it.</param>
/// <param name="HighestFirstView">The highest first view of the entries up to it.</param>
/// <param name="Sessions">How many sessions there are.</param>
/// <param name="SessionBytes">Bytes that they take, as they are bounded.</param>
/// <param name="Rules">The hash of what execution depended on: a state goes on as it began, or not at all.</param>
/// <remarks>Layout: see <see cref="StateFormat"/>.</remarks>
internal readonly record struct StateHead(Slot Slot, ulong Hash, long LogTime, View HighestFirstView, long Sessions, long SessionBytes, ulong Rules)
{
    /// <summary>Bytes of a head.</summary>
    public const int Size = sizeof(ushort) + (7 * sizeof(long));

    /// <summary>Reads a head.</summary>
    /// <exception cref="WireFormatException">The bytes are none, or of a format that is not known.</exception>
    public static StateHead Read(ref WireReader reader)
    {
        int format = reader.ReadUInt16();
        if (format != StateFormat.Version)
            throw new WireFormatException($"it is of format {format}, and only format {StateFormat.Version} is understood");
        return new StateHead(
            reader.ReadSlot(), reader.ReadUInt64(), reader.ReadTime(), reader.ReadViewOrNone(), reader.ReadNumber(), reader.ReadNumber(), reader.ReadUInt64());
    }

    /// <summary>Writes the head.</summary>
    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(StateFormat.Version);
        writer.WriteSlot(Slot);
        writer.WriteUInt64(Hash);
        writer.WriteInt64(LogTime);
        writer.WriteView(HighestFirstView);
        writer.WriteInt64(Sessions);
        writer.WriteInt64(SessionBytes);
        writer.WriteUInt64(Rules);
    }
}
