using System.Diagnostics.CodeAnalysis;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>Asks a shard's group what it knows of the moves in which it takes part; linearizable (rule 8). The answer is a <see cref="MovesResult"/>.</summary>
/// <remarks>Layout: kind (1 byte), an empty name (4).</remarks>
public sealed record ReadMovesQuery
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReadMovesQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MoveHead.Read(ref reader, CommandKind.ReadMoves);
        reader.RequireEnd();
        return new ReadMovesQuery();
    }

    /// <summary>The whole command.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Every command is encoded in the same way, also one without fields.")]
    public byte[] Encode() => [(byte)CommandKind.ReadMoves, 0, 0, 0, 0];
}
