using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>
/// A job has come to nothing: the group gives nothing by it, and what was copied is worth nothing. What a configuration has made final does not end by it. Its result is a <see cref="MovesResult"/>.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8).</remarks>
public sealed record EndMovesCommand(long Job)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static EndMovesCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MoveHead.Read(ref reader, CommandKind.EndMoves);
        EndMovesCommand command = new(reader.ReadNumber());
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[MoveHead.Size + sizeof(long)];
        WireWriter writer = new(bytes);
        MoveHead.Write(ref writer, CommandKind.EndMoves);
        writer.WriteInt64(Job);
        return bytes;
    }
}
