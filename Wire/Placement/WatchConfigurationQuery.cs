using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// Asks for the latest configuration as soon as its number is above one that is known; waits on the server. The answer is a <see cref="ConfigurationResult"/>, without a
/// configuration when there was none in time.
/// </summary>
/// <param name="Above">The number that is known; -1 for none.</param>
/// <param name="WaitMilliseconds">How long the server may wait.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), above (8, signed), wait (4, signed, milliseconds).</remarks>
public sealed record WatchConfigurationQuery(long Above, int WaitMilliseconds)
{
    /// <summary>What such a query waits for.</summary>
    public const string Topic = "configurations";

    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static WatchConfigurationQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.WatchConfiguration);
        WatchConfigurationQuery query = new(reader.ReadInt64(), reader.ReadInt32());
        reader.RequireEnd();
        return query.Above is >= -1 and <= Limits.HighestNumber ? query : throw new WireFormatException($"no configuration has the number {query.Above}");
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(long) + sizeof(int)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.WatchConfiguration);
        writer.WriteInt64(Above);
        writer.WriteInt32(WaitMilliseconds);
        return bytes;
    }
}
