using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>
/// The destination serves arcs that the group gave up by this job: some of what is in them is dropped, and at the end the move is over. To be said again until it is. Its result is a <see cref="MovesResult"/>.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Destination">Who has got the arcs.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8), destination (2).</remarks>
public sealed record DropArcsCommand(long Job, GroupId Destination)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static DropArcsCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MoveHead.Read(ref reader, CommandKind.DropArcs);
        DropArcsCommand command = new(reader.ReadNumber(), MoveHead.ReadGroup(ref reader));
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[MoveHead.Size + sizeof(long) + sizeof(ushort)];
        WireWriter writer = new(bytes);
        MoveHead.Write(ref writer, CommandKind.DropArcs);
        writer.WriteInt64(Job);
        writer.WriteUInt16(Destination.Number);
        return bytes;
    }
}
