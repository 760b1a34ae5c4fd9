using System.Buffers.Binary;

namespace PaxosShard.Wire.Commands;

/// <summary>Takes the parts of a command in place: nothing is copied, allocated or thrown.</summary>
public static class CommandPart
{
    /// <summary>
    /// The name of the key or room that a command is about. It stands in the head of every command, right behind the kind, so that the arc is known without
    /// knowing the rest. Empty when the head is not whole.
    /// </summary>
    /// <param name="command">The whole command, kind first.</param>
    public static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> command)
    {
        if (command.Length < 1 + sizeof(uint))
            return default;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(command[1..]);
        ReadOnlySpan<byte> rest = command[(1 + sizeof(uint))..];
        return length <= (uint)rest.Length ? rest[..(int)length] : default;
    }

    /// <summary>Takes bytes with their length (4 bytes) before them off the front; false when they are not whole.</summary>
    /// <param name="rest">What is left of the command.</param>
    /// <param name="part">A slice of it.</param>
    internal static bool TryTake(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> part)
    {
        ReadOnlySpan<byte> bytes = rest.Span;
        bool isWhole = TryTake(ref bytes, out ReadOnlySpan<byte> taken);
        part = isWhole ? rest.Slice(sizeof(uint), taken.Length) : default;
        rest = rest[^bytes.Length..];
        return isWhole;
    }

    /// <summary>The same, where nobody keeps the part.</summary>
    internal static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(rest, out uint length) || length > (uint)(rest.Length - sizeof(uint)))
            return false;
        part = rest.Slice(sizeof(uint), (int)length);
        rest = rest[(sizeof(uint) + (int)length)..];
        return true;
    }
}
