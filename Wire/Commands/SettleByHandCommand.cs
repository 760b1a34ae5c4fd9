using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// An operator has a closed gate opened, or its operation taken out of its queue, because nobody can tell any more what became of the predecessor. The primary proposes it like what follows from notes (ordered
/// rules M6 and M7). It stands in no entry itself, and is answered like a query with a <see cref="SettledByHand"/>: what comes of it is seen by a <see cref="ReadGatesQuery"/>. The same again changes nothing.
/// </summary>
/// <param name="Name">The key or room in whose queue the operation is.</param>
/// <param name="Opens">The gate opens and the operation takes effect; otherwise it goes, with what hangs on it.</param>
/// <param name="Session">The session of the operation.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="Token">Its placement; any other is left as it is.</param>
/// <remarks>Layout: kind (1 byte), name (length (4), bytes), opens (1), session (16), number (8), token (24).</remarks>
public sealed record SettleByHandCommand(ReadOnlyMemory<byte> Name, bool Opens, SessionId Session, SequenceNumber Sequence, PlacementToken Token)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static SettleByHandCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.SettleByHand);
        SettleByHandCommand command = new(reader.ReadMemory(Limits.KeyName), reader.ReadBoolean(), reader.ReadSession(), reader.ReadSequence(), PlacementToken.Read(ref reader));
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[2 + WireWriter.SizeOf(Name) + SessionId.Bytes + sizeof(long) + PlacementToken.Bytes];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.SettleByHand);
        writer.WriteBytes(Name.Span);
        writer.WriteBoolean(Opens);
        writer.WriteSession(Session);
        writer.WriteSequence(Sequence);
        Token.Write(ref writer);
        return bytes;
    }

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static SettledByHand DecodeResult(ReadOnlySpan<byte> bytes) => bytes is [var outcome] && Enum.IsDefined((SettledByHand)outcome)
        ? (SettledByHand)outcome
        : throw new WireFormatException("what became of a gate is one byte, and names an outcome");
}

/// <summary>What a primary does about a <see cref="SettleByHandCommand"/>. Reaches the wire: append only.</summary>
public enum SettledByHand : byte
{
    /// <summary>It proposes it, unless it has proposed something for this gate already.</summary>
    Taken = 0,

    /// <summary>No closed gate of an operation with this placement is on this name, or its predecessor waits in this group itself: nothing was done.</summary>
    NotThere = 1,

    /// <summary>The operation is not taken out, for it is known that it takes effect: its gate opens in a moment.</summary>
    Opens = 2,

    /// <summary>The gate is not opened, for the operation is being taken out already.</summary>
    Goes = 3,
}
