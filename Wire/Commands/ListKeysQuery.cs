using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Asks for a page of the keys that begin with a prefix, by their bytes; linearizable. The answer is a <see cref="ListKeysResult"/>. Pages
/// that follow one another miss no key that is there all the while; between two pages keys may come and go.
/// </summary>
/// <param name="Prefix">What the keys begin with; empty: all keys.</param>
/// <param name="After">Only keys behind this one, whether it is there or not; empty: from the first on.</param>
/// <param name="MaximumCount">Most keys; 0 or less gives none.</param>
/// <remarks>Layout: kind (1 byte), prefix, after (each: length (4), bytes), maximum count (4, signed).</remarks>
public sealed record ListKeysQuery(ReadOnlyMemory<byte> Prefix, ReadOnlyMemory<byte> After, int MaximumCount)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ListKeysQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.ListKeys);
        ListKeysQuery query = new(reader.ReadMemory(Limits.KeyName), reader.ReadMemory(Limits.KeyName), reader.ReadInt32());
        reader.RequireEnd();
        return query;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + WireWriter.SizeOf(Prefix) + WireWriter.SizeOf(After) + sizeof(int)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.ListKeys);
        writer.WriteBytes(Prefix.Span);
        writer.WriteBytes(After.Span);
        writer.WriteInt32(MaximumCount);
        return bytes;
    }
}

/// <summary>Answer to a <see cref="ListKeysQuery"/>.</summary>
/// <param name="HasMore">There are more behind the last one listed.</param>
/// <param name="Keys">The keys of this page with the lengths of their values, in the order of their bytes.</param>
/// <remarks>Layout: has more (1 byte), number of keys (4), the keys (each: length (4), bytes; length of its value (4)).</remarks>
public sealed record ListKeysResult(bool HasMore, IReadOnlyList<KeySummary> Keys)
{
    /// <summary>Bytes of a result without keys.</summary>
    public const int HeaderSize = 1 + sizeof(int);

    private const int SmallestKey = 2 * sizeof(int);

    /// <summary>Bytes that a key adds to a result.</summary>
    /// <param name="keyLength">Bytes of the key.</param>
    public static int SizeOfKey(int keyLength) => SmallestKey + keyLength;

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ListKeysResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        bool hasMore = reader.ReadBoolean();
        KeySummary[] keys = new KeySummary[reader.ReadCount(int.MaxValue, SmallestKey)];
        for (int index = 0; index < keys.Length; index++)
            keys[index] = KeySummary.Read(ref reader);
        reader.RequireEnd();
        return new ListKeysResult(hasMore, keys);
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[HeaderSize + Keys.Sum(static key => SizeOfKey(key.Key.Length))];
        WireWriter writer = new(bytes);
        writer.WriteBoolean(HasMore);
        writer.WriteInt32(Keys.Count);
        foreach (KeySummary key in Keys)
        {
            writer.WriteBytes(key.Key.Span);
            writer.WriteInt32(key.ValueLength);
        }

        return bytes;
    }
}

/// <summary>One key of a <see cref="ListKeysResult"/>.</summary>
/// <param name="Key">The key.</param>
/// <param name="ValueLength">Bytes of its value.</param>
public readonly record struct KeySummary(ReadOnlyMemory<byte> Key, int ValueLength)
{
    internal static KeySummary Read(ref WireReader reader)
    {
        ReadOnlyMemory<byte> key = reader.ReadMemory(Limits.KeyName);
        int length = reader.ReadInt32();
        return length is >= 0 and <= Limits.Value
            ? new KeySummary(key, length)
            : throw new WireFormatException($"a value of {length} bytes is none: the longest has {Limits.Value}");
    }
}
