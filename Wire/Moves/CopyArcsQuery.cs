using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>
/// Asks a source for what comes next of the arcs that go by a job; linearizable (rule 8). The answer is a <see cref="CopyArcsResult"/>.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Source">Who is asked: an address may lead to another group than it should, and that one refuses.</param>
/// <param name="Destination">Who asks, and gets the arcs.</param>
/// <param name="Cursor">Where the answer begins, as the answer before said; empty: at the beginning. At most <see cref="MoveLimits.Cursor"/> bytes.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8), source (2), destination (2), cursor (length in bytes (4), the bytes).</remarks>
public sealed record CopyArcsQuery(long Job, GroupId Source, GroupId Destination, ReadOnlyMemory<byte> Cursor)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static CopyArcsQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MoveHead.Read(ref reader, CommandKind.CopyArcs);
        CopyArcsQuery command = new(reader.ReadNumber(), MoveHead.ReadGroup(ref reader), MoveHead.ReadGroup(ref reader), reader.ReadSpan(MoveLimits.Cursor).ToArray());
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[MoveHead.Size + sizeof(long) + (2 * sizeof(ushort)) + WireWriter.SizeOf(Cursor)];
        WireWriter writer = new(bytes);
        MoveHead.Write(ref writer, CommandKind.CopyArcs);
        writer.WriteInt64(Job);
        writer.WriteUInt16(Source.Number);
        writer.WriteUInt16(Destination.Number);
        writer.WriteBytes(Cursor.Span);
        return bytes;
    }
}
