using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// Moves arcs to a shard, from wherever each of them is. While a job moves exactly these to there already, that job is the answer. Its result is a <see cref="JobResult"/>.
/// </summary>
/// <param name="Arcs">The numbers of the arcs, in any order.</param>
/// <param name="To">The group of the shard that gets them.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), to (2), number of arcs (4), the arcs (2 each); if the job is to be a barrier, a byte that is 1 (<see cref="BarrierMark"/>).</remarks>
public sealed record MoveArcsCommand(IReadOnlyList<int> Arcs, GroupId To)
{
    /// <summary>The job is a barrier: while it is under way the gateways hold back all requests.</summary>
    public bool IsBarrier { get; init; }

    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static MoveArcsCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.MoveArcs);
        GroupId to = new(reader.ReadUInt16());
        int[] arcs = new int[reader.ReadCount(int.MaxValue, sizeof(ushort))];
        for (int index = 0; index < arcs.Length; index++)
            arcs[index] = reader.ReadUInt16();
        bool isBarrier = BarrierMark.ReadToEnd(ref reader);
        return new MoveArcsCommand(arcs, to) { IsBarrier = isBarrier };
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group, or no such arc.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(ushort) + sizeof(int) + (Arcs.Count * sizeof(ushort)) + BarrierMark.SizeOf(IsBarrier)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.MoveArcs);
        writer.WriteUInt16(To.Number);
        writer.WriteInt32(Arcs.Count);
        foreach (int arc in Arcs)
            writer.WriteUInt16(arc);
        BarrierMark.Write(ref writer, IsBarrier);
        return bytes;
    }
}
