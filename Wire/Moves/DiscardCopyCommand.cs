using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>
/// Some of a copy that is worth nothing is removed. To be said again until it is emptied. Its result is a <see cref="MovesResult"/>.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Source">Who gives the arcs.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8), source (2).</remarks>
public sealed record DiscardCopyCommand(long Job, GroupId Source)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static DiscardCopyCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MoveHead.Read(ref reader, CommandKind.DiscardCopy);
        DiscardCopyCommand command = new(reader.ReadNumber(), MoveHead.ReadGroup(ref reader));
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[MoveHead.Size + sizeof(long) + sizeof(ushort)];
        WireWriter writer = new(bytes);
        MoveHead.Write(ref writer, CommandKind.DiscardCopy);
        writer.WriteInt64(Job);
        writer.WriteUInt16(Source.Number);
        return bytes;
    }
}
