using PaxosShard.Hashing;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>
/// M2, M3 and M6: no arc is served by two groups; each group goes from one configuration of the masters to the next, and serves only what that gives it; and what was given up is dropped only once the other
/// group serves it.
/// </summary>
/// <param name="violations">Takes findings.</param>
/// <param name="marks">What was reached.</param>
/// <param name="placement">All configurations.</param>
internal sealed class ServingCheck(ViolationLog violations, MoveMarks marks, PlacementCheck placement)
{
    private readonly SortedDictionary<int, ShardView> _views = [];

    /// <summary>A group serves an arc, as it was when it was looked at last.</summary>
    public bool Serves(GroupId group, Arc arc) => _views.TryGetValue(group.Number, out ShardView? view) && view.Serves(arc);

    /// <summary>A group has adopted a configuration that gives it an arc.</summary>
    public bool IsOwner(GroupId group, Arc arc) =>
        _views.TryGetValue(group.Number, out ShardView? view) && placement.Find(view.Moves.Configuration) is { } adopted && adopted.OwnerOf(arc) == group;

    /// <summary>The moves of a group, as they were when it was looked at last.</summary>
    public MovesResult MovesOf(SimulatedGroup log) => ViewOf(log).Moves;

    /// <summary>Looks at a group that has executed an entry about configurations or moves.</summary>
    /// <param name="log">The group.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>The arcs that it serves and did not serve before.</returns>
    public IReadOnlyList<Arc> Look(SimulatedGroup log, Entry entry)
    {
        ShardView view = ViewOf(log);
        MovesResult before = view.Moves;
        MovesResult after = GroupReads.Moves(log.State);
        IReadOnlyList<Arc> gained = view.Take(GroupReads.Arcs(log.State));
        view.Moves = after;
        CheckConfiguration(log, entry, before, after);
        foreach (Arc arc in gained)
            CheckGained(log, arc);
        foreach (OutgoingMoveState move in before.Outgoing)
            CheckGiven(log, move, after);
        foreach (OutgoingMoveState move in after.Outgoing)
            OnGiving(log, move, before);
        foreach (IncomingMoveState move in before.Incoming)
            OnGetting(view, move, after);
        return gained;
    }

    /// <summary>At rest: the owner of each arc by the latest configuration serves it, and nothing is under way.</summary>
    public void CheckRest()
    {
        foreach ((int number, ShardView view) in _views)
        {
            GroupId group = new(number);
            if (view.Moves.Incoming.Count + view.Moves.Outgoing.Count > 0)
                violations.Report("V5", $"{group} takes part in moves when all jobs have ended: {view.Moves.Incoming.Count} come and {view.Moves.Outgoing.Count} go");
            for (int arc = 0; arc < Arc.Count; arc++)
            {
                if (view.Serves(new Arc(arc)) == (placement.Latest.OwnerOf(new Arc(arc)) == group))
                    continue;
                violations.Report("M2", $"arc {arc} belongs to {placement.Latest.OwnerOf(new Arc(arc))} when all is at rest, and {group} {(view.Serves(new Arc(arc)) ? "serves" : "does not serve")} it");
                break;
            }
        }
    }

    private ShardView ViewOf(SimulatedGroup log)
    {
        if (!_views.TryGetValue(log.Group.Number, out ShardView? view))
            _views.Add(log.Group.Number, view = new ShardView(log.Group));
        return view;
    }

    private void CheckConfiguration(SimulatedGroup log, Entry entry, MovesResult before, MovesResult after)
    {
        if (after.Configuration == before.Configuration)
            return;
        if (before.Configuration > 0 && after.Configuration != before.Configuration + 1)
            violations.Report("M3", $"{log.Group} goes from configuration {before.Configuration} to {after.Configuration}");
        if (placement.Find(after.Configuration) is not { } made || made.Hash != after.Hash)
            violations.Report("M3", $"{log.Group} has adopted configuration {after.Configuration}, which the masters have not made");
        HashSet<(long Job, GroupId Other)> ended = EndedBeforeAdopting(entry);
        if (before.Incoming.Any(move => move.State != CopyState.Copying && !ended.Contains((move.Job, move.Source)))
            || before.Outgoing.Any(move => move.State != GiveState.Copying && !ended.Contains((move.Job, move.Destination))))
            violations.Report("M3", $"{log.Group} has adopted configuration {after.Configuration} before the moves to {before.Configuration} had ended");

        // Jobs are carried out in their order. What came to nothing before the one that made the configuration may have begun here and has to end first.
        long[] jobs = [.. after.Incoming.Select(static move => move.Job), .. after.Outgoing.Select(static move => move.Job)];
        if (placement.Find(after.Configuration) is { } adopted && jobs.Any(job => job < adopted.Job))
            violations.Report("M3", $"{log.Group} has adopted configuration {after.Configuration} of job {adopted.Job}, and takes part in job {jobs.Min()}");
    }

    // A group is looked at between entries. What a command of the same entry has asked to end before the configuration was adopted may have ended in time.
    private static HashSet<(long Job, GroupId Other)> EndedBeforeAdopting(Entry entry)
    {
        HashSet<(long Job, GroupId Other)> ended = [];
        foreach (EntryCommand command in entry.Commands)
        {
            ReadOnlySpan<byte> bytes = command.Command.Span;
            switch ((CommandKind)bytes[0])
            {
                case CommandKind.AdoptConfiguration:
                    return ended;
                case CommandKind.ServeArcs:
                    ServeArcsCommand serve = ServeArcsCommand.Decode(bytes);
                    ended.Add((serve.Job, serve.Source));
                    break;
                case CommandKind.DropArcs:
                    DropArcsCommand drop = DropArcsCommand.Decode(bytes);
                    ended.Add((drop.Job, drop.Destination));
                    break;
                case CommandKind.DiscardCopy:
                    DiscardCopyCommand discard = DiscardCopyCommand.Decode(bytes);
                    ended.Add((discard.Job, discard.Source));
                    break;
            }
        }

        return ended;
    }

    private void CheckGained(SimulatedGroup log, Arc arc)
    {
        foreach ((int number, ShardView other) in _views)
        {
            if (number != log.Group.Number && other.Serves(arc))
                violations.Report("M2", $"{log.Group} begins to serve arc {arc.Number}, and group {number} serves it");
        }

        if (!IsOwner(log.Group, arc))
            violations.Report("M3", $"{log.Group} serves arc {arc.Number}, which its configuration gives to somebody else");
    }

    private void CheckGiven(SimulatedGroup log, OutgoingMoveState move, MovesResult after)
    {
        OutgoingMoveState? left = after.Outgoing.FirstOrDefault(other => other.Job == move.Job && other.Destination == move.Destination);
        bool isInVain = move.State == GiveState.Copying && left is null && placement.ArcsOf(move.Job, log.Group, move.Destination).Count == 0;
        if (isInVain)
            marks.Reach(MoveMark.CancelledWhileCopying);
        bool isDropped = move.State != GiveState.Dropping && left is null or { State: GiveState.Dropping };
        if (isInVain || !isDropped)
            return;
        if (left is not null)
            marks.Reach(MoveMark.DroppedInParts);
        foreach (Arc arc in placement.ArcsOf(move.Job, log.Group, move.Destination))
        {
            if (Serves(move.Destination, arc))
                continue;
            violations.Report("M6", $"{log.Group} drops arc {arc.Number}, which goes to {move.Destination} by job {move.Job} and is not served there");
            return;
        }
    }

    private void OnGiving(SimulatedGroup log, OutgoingMoveState move, MovesResult before)
    {
        OutgoingMoveState? earlier = before.Outgoing.FirstOrDefault(other => other.Job == move.Job && other.Destination == move.Destination);
        if (move.State != GiveState.Frozen || earlier is { State: GiveState.Frozen })
            return;
        if (earlier is null)
            marks.Reach(MoveMark.NeverStarted);
        else if (HasMore(log, move))
            marks.Reach(MoveMark.FrozenWithChangesLeft);
    }

    // What the destination lacks of the arcs, besides what moves of sessions.
    private bool HasMore(SimulatedGroup log, OutgoingMoveState move)
    {
        if (!_views.TryGetValue(move.Destination.Number, out ShardView? destination)
            || destination.Moves.Incoming.FirstOrDefault(other => other.Job == move.Job && other.Source == log.Group) is not { } copy)
            return true;
        ClientReply reply = GroupReads.Ask(log.State, new CopyArcsQuery(move.Job, log.Group, move.Destination, copy.Cursor).Encode());
        return reply.Status == ReplyStatus.Ok && HasTokens(CopyArcsResult.Decode(reply.Payload.Span).Piece.Span);
    }

    private static bool HasTokens(ReadOnlySpan<byte> piece) => piece.IndexOf("<c"u8) >= 0;

    private void OnGetting(ShardView view, IncomingMoveState move, MovesResult after)
    {
        IncomingMoveState? left = after.Incoming.FirstOrDefault(other => other.Job == move.Job && other.Source == move.Source);
        if (move.State == CopyState.Pulling && left is { State: CopyState.Discarding })
        {
            marks.Reach(MoveMark.CopyDiscarded);
            view.Discarded.Add((move.Job, move.Source));
        }
        else if (left is null && view.Discarded.Remove((move.Job, move.Source)) && !move.IsEnded)
        {
            marks.Reach(MoveMark.CopiedAgain);
        }
    }
}
