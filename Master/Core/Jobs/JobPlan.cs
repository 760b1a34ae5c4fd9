using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Master.Core.Jobs;

/// <summary>What a job that is under way does: from which configuration to which, and who takes part.</summary>
internal sealed class JobPlan
{
    /// <summary>A plan.</summary>
    /// <param name="now">The configuration that it goes from.</param>
    /// <param name="next">The configuration that it makes.</param>
    public JobPlan(Configuration now, Configuration next)
    {
        Now = now;
        Next = next;
        Moves = [.. now.MovesTo(next).Where(static move => move.From != GroupId.None)];
        Transfers =
        [
            .. Moves.GroupBy(static move => (From: move.From.Number, To: move.To.Number))
                .OrderBy(static moves => moves.Key)
                .Select(static moves => new ArcTransfer(new GroupId(moves.Key.From), new GroupId(moves.Key.To), [.. moves.Select(static move => move.Arc.Number)])),
        ];
        Destinations = [.. Moves.Select(static move => move.To).Distinct().OrderBy(static group => group.Number)];
        Parties = [.. Moves.Select(static move => move.From).Concat(Moves.Select(static move => move.To)).Distinct().OrderBy(static group => group.Number)];
    }

    /// <summary>The configuration that it goes from.</summary>
    public Configuration Now { get; }

    /// <summary>The configuration that it makes.</summary>
    public Configuration Next { get; }

    /// <summary>The arcs that one group gives to another. Arcs that nobody had are not moved: nothing is in them.</summary>
    public IReadOnlyList<ArcMove> Moves { get; }

    /// <summary>The same, by who gives and who gets them.</summary>
    public IReadOnlyList<ArcTransfer> Transfers { get; }

    /// <summary>The groups that get arcs, ascending.</summary>
    public IReadOnlyList<GroupId> Destinations { get; }

    /// <summary>The groups that give or get arcs, ascending.</summary>
    public IReadOnlyList<GroupId> Parties { get; }
}
