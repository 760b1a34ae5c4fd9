using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Entries;

/// <summary>
/// What a command of an entry waits for before it takes effect: that one placement of its predecessor, the command's previous number, has (ordered rule M3). It has its place in the log at once.
/// </summary>
/// <param name="Arc">The number of the arc of the predecessor.</param>
/// <param name="Token">Which placement of the predecessor.</param>
/// <remarks>Layout: arc (2), token (<see cref="PlacementToken"/>).</remarks>
public readonly record struct Gate(int Arc, PlacementToken Token)
{
    /// <summary>Bytes of it in an entry.</summary>
    public const int Bytes = sizeof(ushort) + PlacementToken.Bytes;

    /// <summary>Reads a gate.</summary>
    /// <exception cref="WireFormatException">It is none: the arc is none, or the token is none.</exception>
    public static Gate Read(ref WireReader reader)
    {
        int arc = reader.ReadUInt16();
        return arc <= GroupNote.LastArc ? new Gate(arc, PlacementToken.Read(ref reader)) : throw new WireFormatException($"a gate is for arc {arc}, which is none");
    }

    /// <summary>Writes the gate: <see cref="Bytes"/> bytes.</summary>
    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Arc);
        Token.Write(ref writer);
    }
}
