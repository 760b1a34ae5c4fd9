using PaxosShard.Wire;

namespace PaxosShard.Master.Core;

/// <summary>What the state may hold (rule 11). Results depend on it: all replicas of the group have the same.</summary>
/// <param name="Configurations">The highest number of a configuration.</param>
/// <param name="StateBytes">Most bytes of everything.</param>
internal sealed record PlacementBounds(long Configurations, long StateBytes)
{
    /// <summary>
    /// Most bytes that a job adds until it has ended: what is asked, once, and the configuration that it makes. So much is kept free for each, so that a job that was taken never
    /// ends because the state is full.
    /// </summary>
    public const long BytesPerOpenJob = Limits.Result + (256 * 1024);
}
