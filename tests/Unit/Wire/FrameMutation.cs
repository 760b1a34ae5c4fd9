using System.Buffers.Binary;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>What is done to a frame.</summary>
internal enum MutationKind
{
    /// <summary>One bit changes.</summary>
    FlipBit,

    /// <summary>One byte gets a value.</summary>
    SetByte,

    /// <summary>Four bytes get a value: a count or a length somewhere in the body.</summary>
    SetNumber,

    /// <summary>The end is cut off.</summary>
    Truncate,

    /// <summary>A piece is left out.</summary>
    Delete,

    /// <summary>A piece comes twice.</summary>
    Duplicate,

    /// <summary>A piece of another frame is put in.</summary>
    Splice,

    /// <summary>The frame gets another letter.</summary>
    ChangeKind,
}

/// <summary>One way to spoil a frame; positions are taken modulo what is there.</summary>
internal sealed record FrameMutation(MutationKind Kind, int Position, int Value)
{
    private const string Letters = "WCRLFPANHQKSE";

    /// <summary>The spoilt frame; <paramref name="frame"/> stays as it is.</summary>
    public byte[] Apply(byte[] frame, byte[] other)
    {
        if (frame.Length < TestFrames.HeaderSize)
            return frame;
        int position = Position % frame.Length;
        int length = Math.Min((Value & 0x3F) + 1, frame.Length - position);
        byte[] copy = (byte[])frame.Clone();
        switch (Kind)
        {
            case MutationKind.FlipBit:
                copy[position] ^= (byte)(1 << (Value & 7));
                return copy;
            case MutationKind.SetByte:
                copy[position] = (byte)Value;
                return copy;
            case MutationKind.SetNumber:
                BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(Math.Min(position, copy.Length - 4)), Value);
                return copy;
            case MutationKind.Truncate:
                return copy[..position];
            case MutationKind.Delete:
                return [.. copy[..position], .. copy[(position + length)..]];
            case MutationKind.Duplicate:
                return [.. copy[..(position + length)], .. copy[position..]];
            case MutationKind.Splice:
                return [.. copy[..position], .. other.AsSpan(position % other.Length), .. copy[(position + length)..]];
            default:
                copy[4] = (byte)Letters[(Value & 0xFF) % Letters.Length];
                return copy;
        }
    }
}
