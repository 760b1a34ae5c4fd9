using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// Removes a shard: its arcs go to the others, and its group's number is never used again. While a job does so already, that job is the answer. Its result is a
/// <see cref="JobResult"/>.
/// </summary>
/// <param name="Group">The shard's group.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), group (2); if the job is to be a barrier, a byte that is 1 (<see cref="BarrierMark"/>).</remarks>
public sealed record RemoveShardCommand(GroupId Group)
{
    /// <summary>The job is a barrier: while it is under way the gateways hold back all requests.</summary>
    public bool IsBarrier { get; init; }

    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static RemoveShardCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.RemoveShard);
        GroupId group = new(reader.ReadUInt16());
        bool isBarrier = BarrierMark.ReadToEnd(ref reader);
        return new RemoveShardCommand(group) { IsBarrier = isBarrier };
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(ushort) + BarrierMark.SizeOf(IsBarrier)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.RemoveShard);
        writer.WriteUInt16(Group.Number);
        BarrierMark.Write(ref writer, IsBarrier);
        return bytes;
    }
}
