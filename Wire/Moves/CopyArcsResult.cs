using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>Answer to a <see cref="CopyArcsQuery"/>: what is in moving arcs, as it is now.</summary>
/// <param name="Cursor">Where the next question begins; the same as before when there is nothing new. At most <see cref="MoveLimits.Cursor"/> bytes.</param>
/// <param name="Piece">What comes next, to be taken as it is; empty when there is nothing new. At most <see cref="MoveLimits.Piece"/> bytes.</param>
/// <param name="IsFrozen">The source has given the arcs up.</param>
/// <param name="IsWalkOver">Everything was copied once: what is left are changes.</param>
/// <param name="Left">Things that have still to be copied, about.</param>
/// <param name="IsComplete">With this piece everything is copied, and nothing changes any more.</param>
/// <param name="LogTime">Log time of the source, milliseconds since 1970 UTC.</param>
/// <param name="ArcsHash">The hash of what is in the arcs, when it is complete; otherwise 0.</param>
/// <param name="ResultsHash">The hash of the results that go along, when it is complete; otherwise 0.</param>
/// <remarks>
/// Layout: cursor (length in bytes (4), the bytes), piece (length in bytes (4), the bytes), is frozen (1), is walk over (1), left (8), is complete (1), log time (8), hash of the arcs (8), hash of the
/// results (8).
/// </remarks>
public sealed record CopyArcsResult(
    ReadOnlyMemory<byte> Cursor, ReadOnlyMemory<byte> Piece, bool IsFrozen, bool IsWalkOver, long Left, bool IsComplete, long LogTime, ulong ArcsHash, ulong ResultsHash)
{
    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static CopyArcsResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        CopyArcsResult result = new(
            reader.ReadSpan(MoveLimits.Cursor).ToArray(),
            reader.ReadSpan(MoveLimits.Piece).ToArray(),
            reader.ReadBoolean(),
            reader.ReadBoolean(),
            reader.ReadNumber(),
            reader.ReadBoolean(),
            reader.ReadTime(),
            reader.ReadUInt64(),
            reader.ReadUInt64());
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[WireWriter.SizeOf(Cursor) + WireWriter.SizeOf(Piece) + 3 + (4 * sizeof(long))];
        WireWriter writer = new(bytes);
        writer.WriteBytes(Cursor.Span);
        writer.WriteBytes(Piece.Span);
        writer.WriteBoolean(IsFrozen);
        writer.WriteBoolean(IsWalkOver);
        writer.WriteInt64(Left);
        writer.WriteBoolean(IsComplete);
        writer.WriteInt64(LogTime);
        writer.WriteUInt64(ArcsHash);
        writer.WriteUInt64(ResultsHash);
        return bytes;
    }
}
