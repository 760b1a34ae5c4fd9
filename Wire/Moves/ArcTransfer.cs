using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>All arcs that move from one group to one other group by a job.</summary>
/// <param name="From">Who gives them.</param>
/// <param name="To">Who gets them.</param>
/// <param name="Arcs">Their numbers, ascending; at least one.</param>
/// <remarks>Layout: from (2 bytes), to (2), arcs (4), the arcs (2 each).</remarks>
public sealed record ArcTransfer(GroupId From, GroupId To, IReadOnlyList<int> Arcs)
{
    /// <summary>Bytes of the shortest one.</summary>
    internal const int SmallestSize = HeaderSize + sizeof(ushort);

    private const int HeaderSize = (2 * sizeof(ushort)) + sizeof(int);

    /// <summary>Bytes of it.</summary>
    internal int Size => HeaderSize + (Arcs.Count * sizeof(ushort));

    /// <summary>Bytes of a list of them, with their number before them.</summary>
    internal static int SizeOf(IReadOnlyList<ArcTransfer> transfers) => sizeof(int) + transfers.Sum(static transfer => transfer.Size);

    /// <summary>Reads a list of them.</summary>
    /// <exception cref="WireFormatException">The bytes are none.</exception>
    internal static ArcTransfer[] ReadAll(ref WireReader reader)
    {
        ArcTransfer[] transfers = new ArcTransfer[reader.ReadCount(MoveLimits.Transfers, SmallestSize)];
        for (int index = 0; index < transfers.Length; index++)
            transfers[index] = Read(ref reader);
        return transfers;
    }

    /// <summary>Writes a list of them.</summary>
    internal static void WriteAll(ref WireWriter writer, IReadOnlyList<ArcTransfer> transfers)
    {
        writer.WriteInt32(transfers.Count);
        foreach (ArcTransfer transfer in transfers)
            transfer.Write(ref writer);
    }

    private static ArcTransfer Read(ref WireReader reader)
    {
        GroupId from = MoveHead.ReadGroup(ref reader);
        GroupId to = MoveHead.ReadGroup(ref reader);
        int[] arcs = new int[reader.ReadCount(MoveLimits.Arcs, sizeof(ushort))];
        for (int index = 0; index < arcs.Length; index++)
        {
            arcs[index] = reader.ReadUInt16();
            if (arcs[index] >= MoveLimits.Arcs || (index > 0 && arcs[index] <= arcs[index - 1]))
                throw new WireFormatException($"arcs that move from {from} to {to} do not ascend");
        }

        return from != to && arcs.Length > 0 ? new ArcTransfer(from, to, arcs) : throw new WireFormatException($"{arcs.Length} arcs do not move from {from} to {to}");
    }

    private void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(From.Number);
        writer.WriteUInt16(To.Number);
        writer.WriteInt32(Arcs.Count);
        foreach (int arc in Arcs)
            writer.WriteUInt16(arc);
    }
}
