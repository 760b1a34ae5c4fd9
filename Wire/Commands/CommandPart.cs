using System.Buffers.Binary;

namespace PaxosShard.Wire.Commands;

/// <summary>Takes the parts of a command in place: nothing is copied, allocated or thrown.</summary>
internal static class CommandPart
{
    /// <summary>Takes bytes with their length (4 bytes) before them off the front; false when they are not whole.</summary>
    /// <param name="rest">What is left of the command.</param>
    /// <param name="part">A slice of it.</param>
    public static bool TryTake(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> part)
    {
        part = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(rest.Span, out uint length) || length > (uint)(rest.Length - sizeof(uint)))
            return false;
        part = rest.Slice(sizeof(uint), (int)length);
        rest = rest[(sizeof(uint) + (int)length)..];
        return true;
    }
}
