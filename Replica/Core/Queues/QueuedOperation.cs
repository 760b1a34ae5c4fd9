using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Queues;

/// <summary>An operation that has its place in the log and waits in the queue of its key or room for its effect (ordered rule M4). Part of the replicated state.</summary>
/// <remarks>
/// Layout: session (16), number (8), hash of the command (8), expiry (8), wall-clock time (8), log time (8), token (24), space (1), most bytes of its result (4), flags (1; 1 a gate, 2 it is open), with a gate
/// number of the predecessor (8), its arc (2) and token (24), and the command with its length (4) before it.
/// </remarks>
/// <param name="Session">Whose it is.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="CommandHash">The hash of its command.</param>
/// <param name="Expiry">The expiry of the request, a log time in milliseconds since 1970 UTC. What has its place does not expire any more.</param>
/// <param name="Wall">Wall-clock time of its entry, milliseconds since 1970 UTC.</param>
/// <param name="LogTime">Log time at the slot of its entry, milliseconds since 1970 UTC.</param>
/// <param name="Token">Its placement.</param>
/// <param name="Space">In which space its name is: a key and a room of one name have nothing to do with each other.</param>
/// <param name="LongestResult">Most bytes that its result has.</param>
/// <param name="Gate">What it waits for; null for nothing but what is before it.</param>
/// <param name="Command">Its command; the operation owns these bytes.</param>
public sealed record QueuedOperation(
    SessionId Session,
    long Sequence,
    ulong CommandHash,
    long Expiry,
    long Wall,
    long LogTime,
    PlacementToken Token,
    int Space,
    int LongestResult,
    QueueGate? Gate,
    ReadOnlyMemory<byte> Command)
{
    /// <summary>Bytes of one without gate and command.</summary>
    public const int SmallestSize = SessionId.Bytes + (5 * sizeof(long)) + PlacementToken.Bytes + 1 + sizeof(int) + 1 + sizeof(int);

    private const int GateSize = sizeof(long) + sizeof(ushort) + PlacementToken.Bytes;
    private const int MostOnStack = 1024;
    private const byte GateFlag = 1;
    private const byte OpenFlag = 2;

    // About what the object, its place in the queue and the indexes take besides.
    private const int OwnBytes = 384;

    /// <summary>The name of its key or room.</summary>
    public ReadOnlySpan<byte> Name => CommandPart.NameIn(Command.Span);

    /// <summary>The arc of its name.</summary>
    public Arc Arc { get; } = Arc.Of(CommandPart.NameIn(Command.Span));

    /// <summary>What it counts for in bytes: what it takes now, and what its result may take.</summary>
    public long Bytes => BytesOf(Command.Length, LongestResult);

    /// <summary>Bytes that it takes when it is written.</summary>
    public int Size => SmallestSize + (Gate is null ? 0 : GateSize) + Command.Length;

    /// <summary>Its gate is open, or it has none. A gate that is open stays so.</summary>
    public bool IsOpen { get; internal set; }

    /// <summary>Its place among all that ever came to the queues of the group: lower ones came before.</summary>
    internal long Place { get; set; }

    /// <summary>A hash of all of it but whether its gate is open, the same in every process.</summary>
    public ulong Hash
    {
        get
        {
            Span<byte> bytes = Size <= MostOnStack ? stackalloc byte[Size] : new byte[Size];
            WireWriter writer = new(bytes);
            Write(ref writer, isOpen: false);
            return StableHash64.Of(bytes);
        }
    }

    /// <summary>What an operation counts for in bytes.</summary>
    /// <param name="command">Bytes of its command.</param>
    /// <param name="longestResult">Most bytes of its result.</param>
    public static long BytesOf(int command, int longestResult) => OwnBytes + (long)command + longestResult;

    /// <summary>Reads one. Its command is a copy.</summary>
    /// <exception cref="WireFormatException">It is none: a number, time, token, arc, space or length cannot be, or it has no session.</exception>
    public static QueuedOperation Read(ref WireReader reader)
    {
        SessionId session = reader.ReadSession();
        long sequence = reader.ReadNumber();
        ulong hash = reader.ReadUInt64();
        long expiry = reader.ReadTime();
        long wall = reader.ReadTime();
        long logTime = reader.ReadTime();
        PlacementToken token = PlacementToken.Read(ref reader);
        int space = reader.ReadByte();
        int longest = reader.ReadInt32();
        byte flags = reader.ReadByte();
        if (session == SessionId.None || sequence == 0 || space >= KeyQueues.Spaces || longest is < 0 or > Limits.Result || flags > (GateFlag | OpenFlag))
            throw new WireFormatException($"a queued operation cannot have session {session.Number:x32}, number {sequence}, space {space}, {longest} bytes of result and flags {flags}");
        QueueGate? gate = (flags & GateFlag) == 0 ? null : ReadGate(ref reader, sequence);
        QueuedOperation operation = new(session, sequence, hash, expiry, wall, logTime, token, space, longest, gate, reader.ReadSpan(Limits.Command).ToArray()) { IsOpen = (flags & OpenFlag) != 0 };
        if (StableHash64.Of(operation.Command.Span) != hash)
            throw new WireFormatException("a queued operation has another command than its hash says");
        return gate is not null || operation.IsOpen ? operation : throw new WireFormatException("a queued operation has no gate, and still it is not open");
    }

    /// <summary>Writes it: <see cref="Size"/> bytes.</summary>
    /// <param name="writer">Gets it.</param>
    /// <param name="isOpen">What <see cref="IsOpen"/> was when it was looked at.</param>
    public void Write(ref WireWriter writer, bool isOpen)
    {
        writer.WriteSession(Session);
        writer.WriteInt64(Sequence);
        writer.WriteUInt64(CommandHash);
        writer.WriteInt64(Expiry);
        writer.WriteInt64(Wall);
        writer.WriteInt64(LogTime);
        Token.Write(ref writer);
        writer.WriteByte((byte)Space);
        writer.WriteInt32(LongestResult);
        writer.WriteByte((byte)((Gate is null ? 0 : GateFlag) | (isOpen ? OpenFlag : 0)));
        if (Gate is { } gate)
        {
            writer.WriteInt64(gate.Predecessor);
            writer.WriteUInt16(gate.Arc.Number);
            gate.Token.Write(ref writer);
        }

        writer.WriteBytes(Command.Span);
    }

    private static QueueGate ReadGate(ref WireReader reader, long sequence)
    {
        long predecessor = reader.ReadNumber();
        int arc = reader.ReadUInt16();
        if (predecessor == 0 || predecessor >= sequence || arc >= Arc.Count)
            throw new WireFormatException($"a queued operation {sequence} cannot wait for {predecessor} on arc {arc}");
        return new QueueGate(predecessor, new Arc(arc), PlacementToken.Read(ref reader));
    }
}
