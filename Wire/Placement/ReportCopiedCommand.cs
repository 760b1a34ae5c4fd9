using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// A group that gets arcs by a job has copied nearly all of them: what is left is little. When all that get arcs have said so, the job goes on to its next step. It may be said twice. Its result is
/// a <see cref="JobResult"/>.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Group">The group.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8), group (2).</remarks>
public sealed record ReportCopiedCommand(long Job, GroupId Group)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReportCopiedCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.ReportCopied);
        ReportCopiedCommand command = new(reader.ReadNumber(), new GroupId(reader.ReadUInt16()));
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(long) + sizeof(ushort)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.ReportCopied);
        writer.WriteInt64(Job);
        writer.WriteUInt16(Group.Number);
        return bytes;
    }
}
