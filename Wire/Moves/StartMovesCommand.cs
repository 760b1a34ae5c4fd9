using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>
/// A job has begun that moves arcs from or to the group: from its slot on a source notes what changes, and a destination takes pieces. A job that is not above all that the group has heard of does
/// nothing. Its result is a <see cref="MovesResult"/>.
/// </summary>
/// <param name="Configuration">The number of the configuration from which the job goes.</param>
/// <param name="Job">The number of the job.</param>
/// <param name="Transfers">What the group gives and gets by it.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), configuration (8), job (8), transfers (4), then each (<see cref="ArcTransfer"/>).</remarks>
public sealed record StartMovesCommand(long Configuration, long Job, IReadOnlyList<ArcTransfer> Transfers)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static StartMovesCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MoveHead.Read(ref reader, CommandKind.StartMoves);
        StartMovesCommand command = new(reader.ReadNumber(), reader.ReadNumber(), ArcTransfer.ReadAll(ref reader));
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[MoveHead.Size + (2 * sizeof(long)) + ArcTransfer.SizeOf(Transfers)];
        WireWriter writer = new(bytes);
        MoveHead.Write(ref writer, CommandKind.StartMoves);
        writer.WriteInt64(Configuration);
        writer.WriteInt64(Job);
        ArcTransfer.WriteAll(ref writer, Transfers);
        return bytes;
    }
}
