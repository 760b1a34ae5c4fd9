using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Sharding;

/// <summary>Says in words what has become of a group's moves between two answers of the group, for its log.</summary>
internal static class OwnChanges
{
    /// <summary>What has become of them.</summary>
    /// <param name="before">The older answer.</param>
    /// <param name="after">The newer one.</param>
    /// <returns>Sentences without their subject, the group.</returns>
    public static IReadOnlyList<string> Between(MovesResult before, MovesResult after)
    {
        List<string> changes = [];
        long? begun = after.UndecidedJob;
        if (begun is { } job && !TakesPart(before, job))
            changes.Add($"has begun job {job}: arcs come from {Count(after.Incoming.Count)} and go to {Count(after.Outgoing.Count)}");

        // What is not decided stays so until another configuration is adopted, or until it has come to nothing.
        bool isSame = after.Configuration == before.Configuration;
        if (isSame && before.UndecidedJob is { } undecided && begun != undecided)
            changes.Add($"has ended job {undecided}, which came to nothing: all arcs stay where they are");
        foreach (IncomingMoveState move in before.Incoming)
        {
            bool isUndone = move.IsEnded || (isSame && move.State == CopyState.Copying);
            IncomingMoveState? left = after.Incoming.FirstOrDefault(other => other.Job == move.Job && other.Source == move.Source);
            if (left is null && !isUndone)
                changes.Add($"serves the {move.Arcs} arcs that came from {move.Source} by job {move.Job}");
            else if (move.State == CopyState.Pulling && left?.State == CopyState.Discarding)
                changes.Add($"has found its copy of what comes from {move.Source} by job {move.Job} to be different, and copies everything again");
        }

        foreach (OutgoingMoveState move in before.Outgoing)
        {
            bool isUndone = isSame && move.State == GiveState.Copying;
            if (!isUndone && !after.Outgoing.Any(other => other.Job == move.Job && other.Destination == move.Destination))
                changes.Add($"has dropped the {move.Arcs} arcs that went to {move.Destination} by job {move.Job}");
        }

        return changes;
    }

    private static string Count(int groups) => groups == 1 ? "1 group" : $"{groups} groups";

    private static bool TakesPart(MovesResult own, long job) => own.Incoming.Any(move => move.Job == job) || own.Outgoing.Any(move => move.Job == job);
}
