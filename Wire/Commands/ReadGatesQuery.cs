using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Asks a group for its closed gates: operations of ordered sessions that have their place in the log and wait for a predecessor in another group; linearizable. The answer is a <see cref="GatesResult"/>.
/// </summary>
/// <param name="Name">Only those on this key or room; empty: all of the group.</param>
/// <remarks>Layout: kind (1 byte), name (length (4), bytes).</remarks>
public sealed record ReadGatesQuery(ReadOnlyMemory<byte> Name)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReadGatesQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.ReadGates);
        ReadGatesQuery query = new(reader.ReadMemory(Limits.KeyName));
        reader.RequireEnd();
        return query;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + WireWriter.SizeOf(Name)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.ReadGates);
        writer.WriteBytes(Name.Span);
        return bytes;
    }
}

/// <summary>Answer to a <see cref="ReadGatesQuery"/>.</summary>
/// <param name="Total">How many closed gates there are of those that were asked for; the answer has the first of them.</param>
/// <param name="Gates">The gates in the order of their places, at most <see cref="MostGates"/>.</param>
/// <remarks>Layout: total (4), number of gates (4), the gates (see <see cref="ClosedGate"/>).</remarks>
public sealed record GatesResult(int Total, IReadOnlyList<ClosedGate> Gates)
{
    /// <summary>Most gates of an answer.</summary>
    public const int MostGates = 256;

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static GatesResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        int total = reader.ReadInt32();
        ClosedGate[] gates = new ClosedGate[reader.ReadCount(MostGates, ClosedGate.SmallestSize)];
        for (int index = 0; index < gates.Length; index++)
            gates[index] = ClosedGate.Read(ref reader);
        reader.RequireEnd();
        return total >= gates.Length ? new GatesResult(total, gates) : throw new WireFormatException($"{gates.Length} gates cannot be the first of {total}");
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[(2 * sizeof(int)) + Gates.Sum(static gate => ClosedGate.SmallestSize + gate.Name.Length)];
        WireWriter writer = new(bytes);
        writer.WriteInt32(Total);
        writer.WriteInt32(Gates.Count);
        foreach (ClosedGate gate in Gates)
            gate.Write(ref writer);
        return bytes;
    }
}

/// <summary>A closed gate: an operation that waits for one placement of its predecessor.</summary>
/// <param name="Space">In which space the name is: 0 it is a key, 1 a room.</param>
/// <param name="Name">The key or room in whose queue the operation is.</param>
/// <param name="Session">The session of the operation and of its predecessor.</param>
/// <param name="Sequence">The number of the operation.</param>
/// <param name="Token">Its placement.</param>
/// <param name="Predecessor">The number of the predecessor.</param>
/// <param name="PredecessorArc">The arc of the predecessor.</param>
/// <param name="PredecessorToken">The placement for which it waits.</param>
/// <param name="Since">Wall-clock time of the operation's entry, milliseconds since 1970 UTC.</param>
/// <param name="Behind">How many operations are behind it in its queue.</param>
/// <param name="IsToOpen">The primary knows that the operation takes effect: the gate opens in a moment.</param>
/// <remarks>Layout: space (1), name (length (4), bytes), session (16), number (8), token (24), predecessor (8), arc (2), token (24), since (8), behind (4), is to open (1).</remarks>
public sealed record ClosedGate(
    byte Space,
    ReadOnlyMemory<byte> Name,
    SessionId Session,
    SequenceNumber Sequence,
    PlacementToken Token,
    SequenceNumber Predecessor,
    ushort PredecessorArc,
    PlacementToken PredecessorToken,
    long Since,
    int Behind,
    bool IsToOpen)
{
    internal const int SmallestSize = (2 * sizeof(byte)) + (2 * sizeof(int)) + SessionId.Bytes + (3 * sizeof(long)) + (2 * PlacementToken.Bytes) + sizeof(ushort);

    private const byte Rooms = 1;

    /// <summary>The name is of a room.</summary>
    public bool IsRoom => Space == Rooms;

    internal static ClosedGate Read(ref WireReader reader)
    {
        ClosedGate gate = new(
            reader.ReadByte(),
            reader.ReadMemory(Limits.KeyName),
            reader.ReadSession(),
            reader.ReadSequence(),
            PlacementToken.Read(ref reader),
            reader.ReadSequence(),
            reader.ReadUInt16(),
            PlacementToken.Read(ref reader),
            reader.ReadTime(),
            reader.ReadInt32(),
            reader.ReadBoolean());
        return gate is { Space: <= Rooms, Behind: >= 0, PredecessorArc: <= GroupNote.LastArc }
            ? gate
            : throw new WireFormatException($"a gate cannot be in space {gate.Space}, wait for arc {gate.PredecessorArc} and have {gate.Behind} operations behind it");
    }

    internal void Write(ref WireWriter writer)
    {
        writer.WriteByte(Space);
        writer.WriteBytes(Name.Span);
        writer.WriteSession(Session);
        writer.WriteSequence(Sequence);
        Token.Write(ref writer);
        writer.WriteSequence(Predecessor);
        writer.WriteUInt16(PredecessorArc);
        PredecessorToken.Write(ref writer);
        writer.WriteInt64(Since);
        writer.WriteInt32(Behind);
        writer.WriteBoolean(IsToOpen);
    }
}
