using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>
/// Everything that belongs to arcs that come to the group has come: it serves them if what it has is what the source has, and empties its copy if not. It holds for exactly so many pieces. Its result is a
/// <see cref="MovesResult"/>.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Source">Who gives the arcs.</param>
/// <param name="Pieces">How many pieces were taken.</param>
/// <param name="Cursor">Where these pieces have led: somebody else's piece in the place of the last one leads elsewhere. At most <see cref="MoveLimits.Cursor"/> bytes.</param>
/// <param name="LogTime">Log time of the source, milliseconds since 1970 UTC, to which that of the group is raised (rule 9).</param>
/// <param name="ArcsHash">The hash of what is in the arcs, at the slot at which the source gave them up.</param>
/// <param name="ResultsHash">The hash of the results that go along.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8), source (2), pieces (8), cursor (length in bytes (4), the bytes), log time (8), hash of the arcs (8), hash of the results (8).</remarks>
public sealed record ServeArcsCommand(long Job, GroupId Source, long Pieces, ReadOnlyMemory<byte> Cursor, long LogTime, ulong ArcsHash, ulong ResultsHash)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ServeArcsCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MoveHead.Read(ref reader, CommandKind.ServeArcs);
        ServeArcsCommand command = new(reader.ReadNumber(), MoveHead.ReadGroup(ref reader), reader.ReadNumber(), reader.ReadSpan(MoveLimits.Cursor).ToArray(), reader.ReadTime(), reader.ReadUInt64(), reader.ReadUInt64());
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[MoveHead.Size + (5 * sizeof(long)) + sizeof(ushort) + WireWriter.SizeOf(Cursor)];
        WireWriter writer = new(bytes);
        MoveHead.Write(ref writer, CommandKind.ServeArcs);
        writer.WriteInt64(Job);
        writer.WriteUInt16(Source.Number);
        writer.WriteInt64(Pieces);
        writer.WriteBytes(Cursor.Span);
        writer.WriteInt64(LogTime);
        writer.WriteUInt64(ArcsHash);
        writer.WriteUInt64(ResultsHash);
        return bytes;
    }
}
