using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>What a shard's group knows of the moves in which it takes part.</summary>
/// <param name="Group">The group: an address may lead to another one than it did, or than it should.</param>
/// <param name="Revision">How often anything of it has changed: of two results the one with the higher revision is the newer one.</param>
/// <param name="Configuration">The number of the configuration that the group has adopted; 0 for none.</param>
/// <param name="Hash">The hash of that configuration; 0 for none.</param>
/// <param name="LastJob">The highest job of which the group has heard; none up to it begins any more. 0 for none.</param>
/// <param name="Incoming">What the group gets.</param>
/// <param name="Outgoing">What the group gives.</param>
/// <remarks>Layout: group (2), revision (8), configuration (8), hash (8), last job (8), incoming moves (4), then each (<see cref="IncomingMoveState"/>), outgoing moves (4), then each (<see cref="OutgoingMoveState"/>).</remarks>
public sealed record MovesResult(
    GroupId Group, long Revision, long Configuration, ulong Hash, long LastJob, IReadOnlyList<IncomingMoveState> Incoming, IReadOnlyList<OutgoingMoveState> Outgoing)
{
    /// <summary>The job that has begun here and of which the group does not know whether it comes to anything; null for none. It is not in the bytes.</summary>
    public long? UndecidedJob =>
        Incoming.FirstOrDefault(static move => move.State == CopyState.Copying)?.Job ?? Outgoing.FirstOrDefault(static move => move.State == GiveState.Copying)?.Job;

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static MovesResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        GroupId group = MoveHead.ReadGroup(ref reader);
        long revision = reader.ReadNumber();
        long configuration = reader.ReadNumber();
        ulong hash = reader.ReadUInt64();
        long lastJob = reader.ReadNumber();
        IncomingMoveState[] incoming = new IncomingMoveState[reader.ReadCount(MoveLimits.Transfers, IncomingMoveState.SmallestSize)];
        for (int index = 0; index < incoming.Length; index++)
            incoming[index] = IncomingMoveState.Read(ref reader);
        OutgoingMoveState[] outgoing = new OutgoingMoveState[reader.ReadCount(MoveLimits.Transfers, OutgoingMoveState.SmallestSize)];
        for (int index = 0; index < outgoing.Length; index++)
            outgoing[index] = OutgoingMoveState.Read(ref reader);
        reader.RequireEnd();
        return new MovesResult(group, revision, configuration, hash, lastJob, incoming, outgoing);
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[sizeof(ushort) + (4 * sizeof(long)) + (2 * sizeof(int)) + Incoming.Sum(static move => move.Size) + Outgoing.Sum(static move => move.Size)];
        WireWriter writer = new(bytes);
        writer.WriteUInt16(Group.Number);
        writer.WriteInt64(Revision);
        writer.WriteInt64(Configuration);
        writer.WriteUInt64(Hash);
        writer.WriteInt64(LastJob);
        writer.WriteInt32(Incoming.Count);
        foreach (IncomingMoveState move in Incoming)
            move.Write(ref writer);
        writer.WriteInt32(Outgoing.Count);
        foreach (OutgoingMoveState move in Outgoing)
            move.Write(ref writer);
        return bytes;
    }
}

/// <summary>How far a copy is. Reaches wire and state: append only.</summary>
public enum CopyState : byte
{
    /// <summary>It is made while the source serves the arcs.</summary>
    Copying = 1,

    /// <summary>The configuration that gives the arcs to the group is adopted; they are not served before all of them is here.</summary>
    Pulling = 2,

    /// <summary>It is worth nothing and is being emptied.</summary>
    Discarding = 3,
}

/// <summary>How far it is with giving arcs. Reaches wire and state: append only.</summary>
public enum GiveState : byte
{
    /// <summary>They are served here, and what changes is noted.</summary>
    Copying = 1,

    /// <summary>They are given up, and kept until the destination serves them.</summary>
    Frozen = 2,

    /// <summary>The destination serves them; what is left here is being dropped.</summary>
    Dropping = 3,
}

/// <summary>Arcs that come to a group.</summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Source">Who gives them.</param>
/// <param name="Addresses">Where the replicas of the source listen.</param>
/// <param name="Arcs">How many arcs.</param>
/// <param name="State">How far it is.</param>
/// <param name="IsEnded">The job came to nothing: once the copy is emptied, the move is gone. Otherwise an emptied copy is made again from the beginning.</param>
/// <param name="Pieces">How many pieces were taken; it never starts again.</param>
/// <param name="Bytes">Bytes of these pieces.</param>
/// <param name="Cursor">Where the next question to the source begins.</param>
/// <remarks>Layout: job (8), source (2), addresses (number (1), then each: length (4), UTF-8), arcs (4), state (1), is ended (1), pieces (8), bytes (8), cursor (length in bytes (4), the bytes).</remarks>
public sealed record IncomingMoveState(
    long Job, GroupId Source, IReadOnlyList<string> Addresses, int Arcs, CopyState State, bool IsEnded, long Pieces, long Bytes, ReadOnlyMemory<byte> Cursor)
{
    /// <summary>Bytes of the shortest one.</summary>
    internal const int SmallestSize = FixedSize + 1 + sizeof(int);

    private const int FixedSize = (3 * sizeof(long)) + sizeof(ushort) + sizeof(int) + 2;

    /// <summary>Bytes of it.</summary>
    internal int Size => FixedSize + MoveHead.SizeOf(Addresses) + WireWriter.SizeOf(Cursor);

    /// <summary>Reads one.</summary>
    /// <exception cref="WireFormatException">The bytes are none.</exception>
    internal static IncomingMoveState Read(ref WireReader reader)
    {
        IncomingMoveState move = new(
            reader.ReadNumber(),
            MoveHead.ReadGroup(ref reader),
            MoveHead.ReadAddresses(ref reader),
            reader.ReadInt32(),
            (CopyState)reader.ReadByte(),
            reader.ReadBoolean(),
            reader.ReadNumber(),
            reader.ReadNumber(),
            reader.ReadSpan(MoveLimits.Cursor).ToArray());
        return Enum.IsDefined(move.State) && move.Arcs is >= 0 and <= MoveLimits.Arcs ? move : throw new WireFormatException($"{move.Arcs} arcs from {move.Source} cannot be in state {(byte)move.State}");
    }

    /// <summary>Writes it.</summary>
    internal void Write(ref WireWriter writer)
    {
        writer.WriteInt64(Job);
        writer.WriteUInt16(Source.Number);
        MoveHead.Write(ref writer, Addresses);
        writer.WriteInt32(Arcs);
        writer.WriteByte((byte)State);
        writer.WriteBoolean(IsEnded);
        writer.WriteInt64(Pieces);
        writer.WriteInt64(Bytes);
        writer.WriteBytes(Cursor.Span);
    }
}

/// <summary>Arcs that go from a group.</summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Destination">Who gets them.</param>
/// <param name="Addresses">Where the replicas of the destination listen; none while no configuration that is known to the group says so.</param>
/// <param name="Arcs">How many arcs.</param>
/// <param name="State">How far it is.</param>
/// <remarks>Layout: job (8), destination (2), addresses (number (1), then each: length (4), UTF-8), arcs (4), state (1).</remarks>
public sealed record OutgoingMoveState(long Job, GroupId Destination, IReadOnlyList<string> Addresses, int Arcs, GiveState State)
{
    /// <summary>Bytes of the shortest one.</summary>
    internal const int SmallestSize = FixedSize + 1;

    private const int FixedSize = sizeof(long) + sizeof(ushort) + sizeof(int) + 1;

    /// <summary>Bytes of it.</summary>
    internal int Size => FixedSize + MoveHead.SizeOf(Addresses);

    /// <summary>Reads one.</summary>
    /// <exception cref="WireFormatException">The bytes are none.</exception>
    internal static OutgoingMoveState Read(ref WireReader reader)
    {
        OutgoingMoveState move = new(reader.ReadNumber(), MoveHead.ReadGroup(ref reader), MoveHead.ReadAddresses(ref reader), reader.ReadInt32(), (GiveState)reader.ReadByte());
        return Enum.IsDefined(move.State) && move.Arcs is >= 0 and <= MoveLimits.Arcs ? move : throw new WireFormatException($"{move.Arcs} arcs to {move.Destination} cannot be in state {(byte)move.State}");
    }

    /// <summary>Writes it.</summary>
    internal void Write(ref WireWriter writer)
    {
        writer.WriteInt64(Job);
        writer.WriteUInt16(Destination.Number);
        MoveHead.Write(ref writer, Addresses);
        writer.WriteInt32(Arcs);
        writer.WriteByte((byte)State);
    }
}
