using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Result of a <see cref="KeyCommand"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Value">The value that a <see cref="CommandKind.GetKey"/> found, or that a <see cref="CommandKind.CompareAndSetKey"/> found in place of the expected one; otherwise empty.</param>
/// <remarks>Layout: outcome (1 byte), value (length (4), bytes).</remarks>
public readonly record struct KeyResult(KeyOutcome Outcome, ReadOnlyMemory<byte> Value)
{
    /// <summary>Bytes of a result without a value.</summary>
    public const int HeaderSize = 1 + sizeof(int);

    /// <summary>Reads a whole result; the value is a copy.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static KeyResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        KeyOutcome outcome = (KeyOutcome)reader.ReadByte();
        if (!Enum.IsDefined(outcome))
            throw new WireFormatException($"a KeyResult has the unknown outcome {(byte)outcome}");
        KeyResult result = new(outcome, reader.ReadMemory(Limits.Value));
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    public static byte[] Encode(KeyOutcome outcome, ReadOnlySpan<byte> value)
    {
        byte[] bytes = new byte[HeaderSize + value.Length];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)outcome);
        writer.WriteBytes(value);
        return bytes;
    }
}

/// <summary>What became of a <see cref="KeyCommand"/>. Reaches the wire and the state: append only.</summary>
public enum KeyOutcome : byte
{
    /// <summary>It did what it says.</summary>
    Done = 0,

    /// <summary>The key is not there: nothing was found, taken away or compared, and nothing changed.</summary>
    Missing = 1,

    /// <summary>Something else is there than what was expected: nothing changed.</summary>
    Mismatch = 2,
}
