using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>Answer to a <see cref="ReadConfigurationQuery"/> or a <see cref="WatchConfigurationQuery"/>.</summary>
/// <param name="Latest">The number of the latest configuration.</param>
/// <param name="Configuration">The configuration as it is encoded; empty when nothing newer came in time.</param>
/// <remarks>Layout: latest (8 bytes), configuration (length (4), bytes).</remarks>
public sealed record ConfigurationResult(long Latest, ReadOnlyMemory<byte> Configuration)
{
    /// <summary>Bytes of a result besides the configuration.</summary>
    public const int HeaderSize = sizeof(long) + sizeof(int);

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ConfigurationResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        ConfigurationResult result = new(reader.ReadNumber(), reader.ReadMemory(Limits.Result));
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[HeaderSize + Configuration.Length];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Latest);
        writer.WriteBytes(Configuration.Span);
        return bytes;
    }
}
