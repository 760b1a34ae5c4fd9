using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// Adds shards, all of them by one job. Those that are there already, exactly so, or that a job adds, are not added again: what is asked a second time is answered with the
/// job that does it, or did it. Its result is a <see cref="JobResult"/>.
/// </summary>
/// <param name="Shards">The shards, 1 to <see cref="PlacementLimits.ShardsPerCommand"/>.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), number of shards (4), the shards (<see cref="NewShard"/>); if the job is to be a barrier, a byte that is 1 (<see cref="BarrierMark"/>).</remarks>
public sealed record AddShardsCommand(IReadOnlyList<NewShard> Shards)
{
    /// <summary>The job is a barrier: while it is under way the gateways hold back all requests.</summary>
    public bool IsBarrier { get; init; }

    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static AddShardsCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.AddShards);
        NewShard[] shards = new NewShard[reader.ReadCount(int.MaxValue, NewShard.SmallestSize)];
        for (int index = 0; index < shards.Length; index++)
            shards[index] = NewShard.Read(ref reader);
        bool isBarrier = BarrierMark.ReadToEnd(ref reader);
        return new AddShardsCommand(shards) { IsBarrier = isBarrier };
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentException">An address is not valid UTF-16, or there is no such group.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(int) + Shards.Sum(static shard => shard.EncodedSize()) + BarrierMark.SizeOf(IsBarrier)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.AddShards);
        writer.WriteInt32(Shards.Count);
        foreach (NewShard shard in Shards)
            shard.Write(ref writer);
        BarrierMark.Write(ref writer, IsBarrier);
        return bytes;
    }
}
