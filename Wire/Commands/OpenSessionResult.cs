using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Result of an <see cref="OpenSessionCommand"/>.</summary>
/// <param name="Session">The session that was opened.</param>
/// <remarks>Layout: session (8).</remarks>
public sealed record OpenSessionResult(SessionId Session)
{
    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static OpenSessionResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        OpenSessionResult result = new(reader.ReadSession());
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[sizeof(long)];
        WireWriter writer = new(bytes);
        writer.WriteSession(Session);
        return bytes;
    }
}
