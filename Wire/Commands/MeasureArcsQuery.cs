using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Asks a shard's group how much is in some arcs, whether it serves them or not. The answer is an <see cref="ArcsMeasure"/>.</summary>
/// <param name="Arcs">The numbers of the arcs, ascending.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), arcs (4), the arcs (2 each).</remarks>
public sealed record MeasureArcsQuery(IReadOnlyList<int> Arcs)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static MeasureArcsQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.MeasureArcs);
        if (reader.ReadInt32() != 0)
            throw new WireFormatException("a question for arcs has no name");
        int[] arcs = ArcsResult.ReadArcs(ref reader);
        reader.RequireEnd();
        return new MeasureArcsQuery(arcs);
    }

    /// <summary>The whole command.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + (2 * sizeof(int)) + (Arcs.Count * sizeof(ushort))];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.MeasureArcs);
        writer.WriteInt32(0);
        ArcsResult.WriteArcs(ref writer, Arcs);
        return bytes;
    }
}

/// <summary>Answer to a <see cref="MeasureArcsQuery"/>: how much is in the arcs together.</summary>
/// <param name="Keys">Keys.</param>
/// <param name="Rooms">Rooms.</param>
/// <param name="Bytes">Bytes of names, values and messages, about as many as are copied when the arcs move.</param>
/// <remarks>Layout: keys (8), rooms (8), bytes (8).</remarks>
public readonly record struct ArcsMeasure(long Keys, long Rooms, long Bytes)
{
    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ArcsMeasure Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        ArcsMeasure measure = new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        reader.RequireEnd();
        return measure is { Keys: >= 0, Rooms: >= 0, Bytes: >= 0 } ? measure : throw new WireFormatException("there is less than nothing in arcs");
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[3 * sizeof(long)];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Keys);
        writer.WriteInt64(Rooms);
        writer.WriteInt64(Bytes);
        return bytes;
    }

    /// <summary>What is in both.</summary>
    public ArcsMeasure Add(ArcsMeasure other) => new(Keys + other.Keys, Rooms + other.Rooms, Bytes + other.Bytes);
}
