using System.Diagnostics.CodeAnalysis;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Asks a replica what it knows of its group. The answer is a <see cref="StatusResult"/>.</summary>
/// <remarks>Layout: kind (1 byte).</remarks>
public sealed record ReadStatusQuery
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReadStatusQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.ReadStatus);
        reader.RequireEnd();
        return new ReadStatusQuery();
    }

    /// <summary>The whole command: its kind.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Every command is encoded in the same way, also one without fields.")]
    public byte[] Encode() => [(byte)CommandKind.ReadStatus];
}
