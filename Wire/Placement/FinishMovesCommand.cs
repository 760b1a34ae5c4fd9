using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// A group that gives or gets arcs has ended its part of the moves of a committed job: what it gets it serves, what it gives it has dropped. It may be said twice. Its result is
/// a <see cref="JobResult"/>.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Group">The group.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8), group (2).</remarks>
public sealed record FinishMovesCommand(long Job, GroupId Group)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static FinishMovesCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.FinishMoves);
        FinishMovesCommand command = new(reader.ReadNumber(), new GroupId(reader.ReadUInt16()));
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(long) + sizeof(ushort)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.FinishMoves);
        writer.WriteInt64(Job);
        writer.WriteUInt16(Group.Number);
        return bytes;
    }
}
