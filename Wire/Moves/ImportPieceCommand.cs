using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>
/// A piece of what is in arcs that come to the group. It is taken only if exactly as many were taken before it as it says. Its result is a <see cref="MovesResult"/>.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Source">Who gives the arcs.</param>
/// <param name="Pieces">How many pieces were taken before it.</param>
/// <param name="Cursor">Where the next question to the source begins; at most <see cref="MoveLimits.Cursor"/> bytes.</param>
/// <param name="Piece">The piece, as the source answered it; at most <see cref="MoveLimits.Piece"/> bytes.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8), source (2), pieces (8), cursor (length in bytes (4), the bytes), piece (length in bytes (4), the bytes).</remarks>
public sealed record ImportPieceCommand(long Job, GroupId Source, long Pieces, ReadOnlyMemory<byte> Cursor, ReadOnlyMemory<byte> Piece)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ImportPieceCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MoveHead.Read(ref reader, CommandKind.ImportPiece);
        ImportPieceCommand command = new(
            reader.ReadNumber(),
            MoveHead.ReadGroup(ref reader),
            reader.ReadNumber(),
            reader.ReadSpan(MoveLimits.Cursor).ToArray(),
            reader.ReadSpan(MoveLimits.Piece).ToArray());
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[MoveHead.Size + (2 * sizeof(long)) + sizeof(ushort) + WireWriter.SizeOf(Cursor) + WireWriter.SizeOf(Piece)];
        WireWriter writer = new(bytes);
        MoveHead.Write(ref writer, CommandKind.ImportPiece);
        writer.WriteInt64(Job);
        writer.WriteUInt16(Source.Number);
        writer.WriteInt64(Pieces);
        writer.WriteBytes(Cursor.Span);
        writer.WriteBytes(Piece.Span);
        return bytes;
    }
}
