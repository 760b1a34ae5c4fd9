using System.Buffers.Binary;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Opens a session; the only logged command that runs without one. Its result is an <see cref="OpenSessionResult"/>.</summary>
/// <param name="Nonce">Drawn by the client, so that a repeated request finds the session it opened.</param>
/// <remarks>Layout: kind (1 byte), nonce (16).</remarks>
public sealed record OpenSessionCommand(Guid Nonce)
{
    private const int NonceBytes = 16;
    private const int Size = 1 + NonceBytes;

    /// <summary>The command with a nonce that is given as a number.</summary>
    public static OpenSessionCommand WithNonce(UInt128 nonce)
    {
        Span<byte> bytes = stackalloc byte[NonceBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, nonce);
        return new OpenSessionCommand(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static OpenSessionCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.OpenSession);
        OpenSessionCommand command = new(reader.ReadGuid());
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Size];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.OpenSession);
        writer.WriteGuid(Nonce);
        return bytes;
    }
}
