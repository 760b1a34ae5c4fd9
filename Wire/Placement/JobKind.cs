namespace PaxosShard.Wire.Placement;

/// <summary>What a job does. Reaches wire, disk and state: append only.</summary>
public enum JobKind : byte
{
    /// <summary>Shards are added.</summary>
    AddShards = 1,

    /// <summary>A shard leaves.</summary>
    RemoveShard = 2,

    /// <summary>Arcs move to a shard.</summary>
    MoveArcs = 3,
}
