namespace PaxosShard.Wire.Placement;

/// <summary>How much a command about placement, and an answer to one, may hold.</summary>
public static class PlacementLimits
{
    /// <summary>Most shards that one command adds.</summary>
    public const int ShardsPerCommand = 64;

    /// <summary>Most jobs in one answer.</summary>
    public const int JobsPerPage = 256;
}
