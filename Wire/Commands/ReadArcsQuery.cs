using System.Diagnostics.CodeAnalysis;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Asks a shard's group which configuration it has adopted and which arcs it serves. The answer is an <see cref="ArcsResult"/>.</summary>
/// <remarks>Layout: kind (1 byte), an empty name (4).</remarks>
public sealed record ReadArcsQuery
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReadArcsQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.ReadArcs);
        if (reader.ReadInt32() != 0)
            throw new WireFormatException("a question for arcs has no name");
        reader.RequireEnd();
        return new ReadArcsQuery();
    }

    /// <summary>The whole command.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Every command is encoded in the same way, also one without fields.")]
    public byte[] Encode() => [(byte)CommandKind.ReadArcs, 0, 0, 0, 0];
}

/// <summary>Answer to a <see cref="ReadArcsQuery"/>.</summary>
/// <param name="Configuration">The number of the configuration that the group has adopted; 0 for none.</param>
/// <param name="Hash">The hash of that configuration; 0 for none. Groups that have the same number have the same hash.</param>
/// <param name="Served">The numbers of the arcs that it serves, ascending; all of them in a group that belongs to no masters.</param>
/// <remarks>Layout: configuration (8), hash (8), arcs (4), the arcs (2 each), arcs of which something is held (4), these (2 each).</remarks>
public sealed record ArcsResult(long Configuration, ulong Hash, IReadOnlyList<int> Served)
{
    private const int MostArcs = 4096;

    /// <summary>The numbers of the arcs of which it holds something although it does not serve them, ascending: what comes, what was handed over and is not dropped yet, and nothing else.</summary>
    public IReadOnlyList<int> Held { get; init; } = [];

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ArcsResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        long configuration = reader.ReadNumber();
        ulong hash = reader.ReadUInt64();
        int[] served = ReadArcs(ref reader);
        int[] held = ReadArcs(ref reader);
        reader.RequireEnd();
        return new ArcsResult(configuration, hash, served) { Held = held };
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[(2 * sizeof(long)) + (2 * sizeof(int)) + ((Served.Count + Held.Count) * sizeof(ushort))];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Configuration);
        writer.WriteUInt64(Hash);
        WriteArcs(ref writer, Served);
        WriteArcs(ref writer, Held);
        return bytes;
    }

    internal static int[] ReadArcs(ref WireReader reader)
    {
        int[] arcs = new int[reader.ReadCount(MostArcs, sizeof(ushort))];
        for (int index = 0; index < arcs.Length; index++)
        {
            arcs[index] = reader.ReadUInt16();
            if (arcs[index] >= MostArcs || (index > 0 && arcs[index] <= arcs[index - 1]))
                throw new WireFormatException("arcs do not ascend");
        }

        return arcs;
    }

    internal static void WriteArcs(ref WireWriter writer, IReadOnlyList<int> arcs)
    {
        writer.WriteInt32(arcs.Count);
        foreach (int arc in arcs)
            writer.WriteUInt16(arc);
    }
}
