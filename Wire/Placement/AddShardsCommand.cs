using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// Adds shards, all of them by one job. Those that are there already, exactly so, or that a job adds, are not added again: what is asked a second time is answered with the
/// job that does it, or did it. Its result is a <see cref="JobResult"/>.
/// </summary>
/// <param name="Shards">The shards, 1 to <see cref="PlacementLimits.ShardsPerCommand"/>.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), number of shards (4), the shards (<see cref="NewShard"/>).</remarks>
public sealed record AddShardsCommand(IReadOnlyList<NewShard> Shards)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static AddShardsCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.AddShards);
        NewShard[] shards = new NewShard[reader.ReadCount(int.MaxValue, NewShard.SmallestSize)];
        for (int index = 0; index < shards.Length; index++)
            shards[index] = NewShard.Read(ref reader);
        reader.RequireEnd();
        return new AddShardsCommand(shards);
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentException">An address is not valid UTF-16, or there is no such group.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(int) + Shards.Sum(static shard => shard.EncodedSize())];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.AddShards);
        writer.WriteInt32(Shards.Count);
        foreach (NewShard shard in Shards)
            shard.Write(ref writer);
        return bytes;
    }
}
