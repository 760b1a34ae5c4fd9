using System.Diagnostics.CodeAnalysis;

namespace PaxosShard.Wire;

/// <summary>Asks for all rooms with their last numbers; linearizable. The answer is a <see cref="ListRoomsResult"/>.</summary>
/// <remarks>Layout: kind (1 byte).</remarks>
public sealed record ListRoomsQuery
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ListRoomsQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.ListRooms);
        reader.RequireEnd();
        return new ListRoomsQuery();
    }

    /// <summary>The whole command: its kind.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Every command is encoded in the same way, also one without fields.")]
    public byte[] Encode() => [(byte)CommandKind.ListRooms];
}
