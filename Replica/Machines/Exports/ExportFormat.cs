using PaxosShard.Replica.Machines.Rooms;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>
/// How an export of a <see cref="ShardMachine"/> is written: a head, then what every arc holds, then a foot against which an import is checked.
/// </summary>
/// <remarks>
/// It comes in pieces, each of one kind. All numbers are big-endian; names, authors, texts and values have their length (4 bytes) before them.
/// <code>
/// piece      kind (1, a PieceKind), number (8, from 0 on without gaps), then what stands in a piece of its kind
/// head       format (2), slot (8), hash of the machine (8), rooms (8), keys (8), bytes of the state (8)
/// configuration   the bytes of the configuration that the machine had adopted (their number (4) before them)
/// moves      records of moves, at least one, each with its kind (1, a MovesRecordKind) before it; then MovesRecordKind.End (1)
/// list       last job (8), revision (8)
/// incoming   job (8), source (2), state (1), whether it has ended (1), pieces (8), bytes (8), cursor (length (4), bytes), parties
/// outgoing   job (8), destination (2), state (1), whether changes are noted (1), log time of the start (8), parties
/// parties    addresses (1), then each (length (4), UTF-8), arcs (2), then the number of each (2)
/// change     number (8), whether it is a room (1), name
/// result     session (16), number (8), hash of the command (8), status (1), arc (2), in an ordered session token (24), payload (length (4), bytes)
/// queued     an operation in a queue, as QueuedOperation says
/// records    room parts and keys, at least one, each with its kind (1, a RecordKind) before it; then RecordKind.End (1)
/// room part  arc (2), name, number of its first message (8), messages (4), then for each: wall-clock time (8), log time (8), author, text
/// key        arc (2), name, value
/// foot       arcs (2), then for each: number (2), hash (8); those whose hash is 0 are left out; then the checksum (8)
/// </code>
/// The first piece is a head, the last one a foot, and all others have records; behind the head of a shard that has adopted a configuration stands this one, and then its moves: the list first, what comes before
/// what goes, each with its changes, then its results and then its queued operations. The arcs stand in their order, in an arc the rooms before the keys, and each
/// in the order of the bytes of their names. A room begins with any number; a large one has several parts, each of which begins where the
/// one before ends, and one in which no message is left has a part without messages, which names the number of the next one. The checksum is the
/// XXH3 of the foot up to the checksum, with that of what stands before it as the seed, and so on back to the head, whose seed is 0: of heads, of configurations, of records of moves, of room parts
/// up to their first message, of messages and of keys with their kind, one by one. What is left, the beginnings and ends of pieces, is known beforehand.
/// </remarks>
internal static class ExportFormat
{
    /// <summary>The format that is written, and the only one that is read.</summary>
    public const int Version = 3;

    /// <summary>Bytes before what stands in a piece.</summary>
    public const int PieceHeaderSize = 1 + sizeof(long);

    /// <summary>Bytes of an arc in the foot.</summary>
    public const int ArcSize = sizeof(ushort) + sizeof(ulong);

    /// <summary>Bytes of a message without author and text.</summary>
    public const int SmallestMessage = (2 * sizeof(long)) + (2 * sizeof(int));

    /// <summary>Bytes of a room part without its messages.</summary>
    public static int SizeOfRoomPart(ReadOnlySpan<byte> name) => SizeOfRecord(name) + sizeof(long) + sizeof(int);

    /// <summary>Bytes of a message in a room part.</summary>
    public static int SizeOfMessage(in StoredMessage message) => SmallestMessage + message.Author.Length + message.Text.Length;

    /// <summary>Bytes of a key.</summary>
    public static int SizeOfKey(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => SizeOfRecord(name) + sizeof(int) + value.Length;

    private static int SizeOfRecord(ReadOnlySpan<byte> name) => 1 + sizeof(ushort) + sizeof(int) + name.Length;
}

/// <summary>What stands in a piece of an export. Reaches the disk and the wire: append only.</summary>
internal enum PieceKind : byte
{
    /// <summary>What the export is of.</summary>
    Head = 1,

    /// <summary>Rooms and keys.</summary>
    Records = 2,

    /// <summary>What an import has to come to.</summary>
    Foot = 3,

    /// <summary>The configuration that a shard had adopted; right behind the head.</summary>
    Configuration = 4,

    /// <summary>The moves in which a shard takes part; before what is in the arcs.</summary>
    Moves = 5,
}

/// <summary>What comes next among the records of a piece. Reaches the disk and the wire: append only.</summary>
internal enum RecordKind : byte
{
    /// <summary>Nothing: the piece is over, and was not cut off.</summary>
    End = 0,

    /// <summary>Messages of a room that follow one another.</summary>
    RoomPart = 1,

    /// <summary>A key with its value.</summary>
    Key = 2,
}
