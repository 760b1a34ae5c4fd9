using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>Asks for a configuration; linearizable. The answer is a <see cref="ConfigurationResult"/>; a number that is not reached yet is rejected.</summary>
/// <param name="Number">Its number; <see cref="Latest"/> for the latest one.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), number (8, signed).</remarks>
public sealed record ReadConfigurationQuery(long Number)
{
    /// <summary>The latest configuration, whatever its number is.</summary>
    public const long Latest = -1;

    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReadConfigurationQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.ReadConfiguration);
        long number = reader.ReadInt64();
        reader.RequireEnd();
        return number is >= Latest and <= Limits.HighestNumber
            ? new ReadConfigurationQuery(number)
            : throw new WireFormatException($"no configuration has the number {number}");
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(long)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.ReadConfiguration);
        writer.WriteInt64(Number);
        return bytes;
    }
}
