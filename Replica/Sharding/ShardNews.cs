using NLog;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Sharding;

/// <summary>Tells the log what becomes of the calls of a driver: what has changed for the group, and each trouble once, with its end. Never what is in the arcs.</summary>
/// <param name="group">The group.</param>
/// <param name="log">Where to.</param>
internal sealed class ShardNews(GroupId group, Logger log)
{
    private readonly LaneTroubles _troubles = new();

    /// <summary>A call was answered.</summary>
    /// <param name="call">The call.</param>
    /// <param name="before">What the group had said of itself before; null for nothing.</param>
    /// <param name="after">What it has said now; null for nothing.</param>
    public void TellAnswer(DriverCall call, MovesResult? before, MovesResult? after)
    {
        if (call is Adopt { Next: { } adopted })
            log.Info("{Group} has adopted configuration {Number}, which gives it {Arcs} arcs", group, adopted.Number, adopted.ArcsOf(group).Count);
        if (before is null || after is null || ReferenceEquals(before, after))
            return;
        foreach (string change in OwnChanges.Between(before, after))
            log.Info("{Group} {Change:l}", group, change);
    }

    /// <summary>A call has failed. Failed calls are no failures of this replica: their stories would say nothing.</summary>
    public void TellFailure(DriverCall call, Exception failure)
    {
        if (_troubles.Begins(call, failure))
            log.Warn("{Group} serves what it serves, and goes no further for now with {Lane:l}: {What:l}. {Reason:l}", group, call.Lane, Describe(call), failure.Message);
    }

    /// <summary>Tells which troubles are over.</summary>
    /// <param name="findTrouble">As for <see cref="LaneTroubles.End"/>.</param>
    public void TellEnds(Func<string, string?> findTrouble)
    {
        foreach (string lane in _troubles.End(findTrouble))
            log.Info("{Group} goes on again with {Lane:l}", group, lane);
    }

    private static string Describe(DriverCall call) => call switch
    {
        WatchJob or ReadConfiguration => "the masters do not answer",
        ReadOwn => "its own primary does not say what it has adopted",
        Adopt { Next: { } next } => $"it does not take configuration {next.Number}",
        Tell tell => $"it does not {tell.What}",
        CopyArcs copy => $"{copy.Source} does not say what is in them",
        ReadOther read => $"{read.Destination} does not say whether it serves them",
        _ => "the masters do not note that its part is done",
    };
}
