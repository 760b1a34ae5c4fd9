using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core;

/// <summary>
/// What the current primary has to drive, as the state says it: a new primary finds it there, and nothing is lost with the one before. What comes of it goes through the log, as
/// <see cref="AdvanceJobCommand"/> and <see cref="FinishMovesCommand"/>; both may be said twice.
/// </summary>
/// <param name="Job">The number of the job under way.</param>
/// <param name="Step"><see cref="JobStep.Copying"/>, <see cref="JobStep.Draining"/> or <see cref="JobStep.Committed"/>.</param>
/// <param name="Configuration">The number of the configuration that it goes from; it makes, or has made, the next one.</param>
/// <param name="Moves">The arcs that move, and between whom; none when the next configuration changes no owner.</param>
/// <param name="Shards">The shards of both configurations, ascending by group: where those that take part can be reached.</param>
/// <param name="Awaited">The groups that have not ended their part of the moves, ascending.</param>
public sealed record PlacementDuty(
    long Job,
    JobStep Step,
    long Configuration,
    IReadOnlyList<ArcMove> Moves,
    IReadOnlyList<Shard> Shards,
    IReadOnlyList<GroupId> Awaited);
