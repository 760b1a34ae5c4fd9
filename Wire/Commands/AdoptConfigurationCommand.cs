using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// A shard's group goes on to a configuration: from its slot on it serves the arcs that the configuration gives it, and no others. Only the next one is taken, and of a group without
/// any the one that introduces it; one that the group has already is taken again without effect. Its result is an <see cref="AdoptConfigurationResult"/>.
/// </summary>
/// <param name="Configuration">The configuration, encoded; whether it is one, the machine says.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), configuration (length in bytes (4), the bytes).</remarks>
public readonly record struct AdoptConfigurationCommand(ReadOnlyMemory<byte> Configuration)
{
    /// <summary>Looks at a whole command in place; false when the bytes are not one.</summary>
    /// <param name="bytes">The whole command, kind first; what is found is valid as long as these bytes are.</param>
    /// <param name="command">What it says.</param>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out AdoptConfigurationCommand command)
    {
        command = default;
        if (bytes.IsEmpty || (CommandKind)bytes.Span[0] != CommandKind.AdoptConfiguration)
            return false;
        ReadOnlyMemory<byte> rest = bytes[1..];
        if (!CommandPart.TryTake(ref rest, out ReadOnlyMemory<byte> name) || !name.IsEmpty || !CommandPart.TryTake(ref rest, out ReadOnlyMemory<byte> configuration))
            return false;
        command = new AdoptConfigurationCommand(configuration);
        return rest.IsEmpty;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + (2 * sizeof(int)) + Configuration.Length];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.AdoptConfiguration);
        writer.WriteInt32(0);
        writer.WriteBytes(Configuration.Span);
        return bytes;
    }
}

/// <summary>Answer to an <see cref="AdoptConfigurationCommand"/> that was carried out, now or before.</summary>
/// <param name="Number">The number of the configuration that the group has now.</param>
/// <remarks>Layout: number (8).</remarks>
public sealed record AdoptConfigurationResult(long Number)
{
    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static AdoptConfigurationResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        AdoptConfigurationResult result = new(reader.ReadNumber());
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[sizeof(long)];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Number);
        return bytes;
    }
}
