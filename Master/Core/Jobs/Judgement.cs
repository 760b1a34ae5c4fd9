using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core.Jobs;

/// <summary>What becomes of a request: exactly one of three things.</summary>
/// <param name="Refusal">Why it is refused.</param>
/// <param name="Known">The job that does it already, or did it.</param>
/// <param name="Wanted">The job that is to be taken.</param>
internal readonly record struct Judgement(string? Refusal, long Known, PlacementJob? Wanted)
{
    /// <summary>It is refused.</summary>
    public static Judgement Refuse(string reason) => new(reason, Known: 0, Wanted: null);

    /// <summary>A job does it already, or did it.</summary>
    public static Judgement Repeat(long job) => new(Refusal: null, job, Wanted: null);

    /// <summary>It makes a job.</summary>
    public static Judgement Take(PlacementJob job) => new(Refusal: null, Known: 0, job);
}
