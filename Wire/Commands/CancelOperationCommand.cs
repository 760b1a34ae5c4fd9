using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Cancels the operation of an ordered session under whose number it is sent (ordered rule M11). If nothing has run under the number yet, nothing ever will: the answer <see cref="Messages.ReplyStatus.Cancelled"/>
/// is kept in the place of its result. Otherwise the answer is that result.
/// </summary>
/// <param name="Name">The key or room of the operation, so that both are of one arc.</param>
/// <remarks>Layout: kind (1 byte), name (length in bytes (4), the bytes). The engine looks at nothing but the kind.</remarks>
public readonly record struct CancelOperationCommand(ReadOnlyMemory<byte> Name)
{
    /// <summary>The bytes begin such a command.</summary>
    public static bool Is(ReadOnlySpan<byte> command) => !command.IsEmpty && command[0] == (byte)CommandKind.CancelOperation;

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + WireWriter.SizeOf(Name)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.CancelOperation);
        writer.WriteBytes(Name.Span);
        return bytes;
    }
}
