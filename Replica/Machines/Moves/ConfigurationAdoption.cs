using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>
/// Takes the group from one configuration to the next: by this entry it gives up the arcs that go, at exactly this slot, and begins to wait for those that come. None is skipped, and none is taken before the
/// moves to the one before it have ended. The state decides alone, so that it does not matter how often, by whom or how late the entry is sent.
/// </summary>
/// <param name="served">Which arcs are served.</param>
/// <param name="moves">The moves.</param>
/// <param name="contents">What is in the arcs.</param>
internal sealed class ConfigurationAdoption(ServedArcs served, MoveList moves, ArcContents contents)
{
    /// <summary>The sessions of the group; set before anything runs.</summary>
    public ISessionMoves? Sessions { get; set; }

    /// <summary>Arcs were given up since somebody looked: whoever waits for something in them has to be told.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Executes an <see cref="AdoptConfigurationCommand"/> of a shard; a group without masters does not know the command.</summary>
    public CommandResult Adopt(in AdoptConfigurationCommand command)
    {
        Configuration next;
        try
        {
            next = Configuration.Decode(command.Configuration.Span);
        }
        catch (WireFormatException)
        {
            return new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        }

        if (served.Adopted is { } adopted && next.Number <= adopted.Number)
            return next.Number < adopted.Number || next.Hash == adopted.Hash ? Accept() : Reject($"configuration {next.Number} is another one here: its hash is {adopted.Hash:x16}, not {next.Hash:x16}");
        if (FindObstacle(next) is { } obstacle)
            return Reject(obstacle);
        Go(next);
        return Accept();
    }

    private static CommandResult Reject(string reason) => new(ReplyStatus.Rejected, Encoding.UTF8.GetBytes(reason));

    private CommandResult Accept() => new(ReplyStatus.Ok, new AdoptConfigurationResult(served.Adopted?.Number ?? 0).Encode());

    private string? FindObstacle(Configuration next)
    {
        if (served.Adopted is not { } adopted)
        {
            return next.Number == 1 || next.Find(served.Group) is null
                ? null
                : $"configuration {next.Number} has arcs for {served.Group}, which has to take the one before it first to know from whom they come";
        }

        if (next.Number != adopted.Number + 1)
            return $"configuration {next.Number} does not follow {adopted.Number}, which the group has: none is skipped";
        Dictionary<GroupId, ArcSet> got = Got(next);
        foreach (IncomingMove move in moves.Incoming)
        {
            if (move.Job != next.Job || move.State != CopyState.Copying || !IsSame(got, move.Source, move.Arcs))
                return $"configuration {next.Number} has to wait: what comes from {move.Source} by job {move.Job} has not ended";
        }

        Dictionary<GroupId, ArcSet> given = Given(next);
        foreach (OutgoingMove move in moves.Outgoing)
        {
            if (move.Job != next.Job || move.IsFrozen || !IsSame(given, move.Destination, move.Arcs))
                return $"configuration {next.Number} has to wait: what goes to {move.Destination} by job {move.Job} has not ended";
        }

        return null;
    }

    private void Go(Configuration next)
    {
        Freeze(next, Given(next));
        Await(next, Got(next));
        served.Go(next, arc => moves.Incoming.Any(move => move.Arcs.Contains(arc)));
        moves.Know(next.Job);
    }

    private Dictionary<GroupId, ArcSet> Given(Configuration next) => ByOther(ChangesTo(next).Where(move => move.From == served.Group), static move => move.To);

    // What nobody had is served at once: nothing is in it.
    private Dictionary<GroupId, ArcSet> Got(Configuration next) =>
        ByOther(ChangesTo(next).Where(move => move.To == served.Group && move.From != GroupId.None), static move => move.From);

    private IReadOnlyList<ArcMove> ChangesTo(Configuration next) => served.Adopted is { } adopted ? adopted.MovesTo(next) : [];

    private static Dictionary<GroupId, ArcSet> ByOther(IEnumerable<ArcMove> changes, Func<ArcMove, GroupId> other) =>
        changes.GroupBy(other).ToDictionary(static group => group.Key, static group => new ArcSet(group.Select(static move => move.Arc.Number)));

    private void Freeze(Configuration next, Dictionary<GroupId, ArcSet> given)
    {
        foreach ((GroupId destination, ArcSet arcs) in given.OrderBy(static pair => pair.Key.Number))
        {
            // What did not begin before has noted no changes, so that all of it has still to be copied.
            if (moves.FindOutgoing(next.Job, destination) is null)
                moves.Add(new OutgoingMove(next.Job, destination, arcs));
        }

        if (given.Count == 0)
            return;
        Dictionary<Arc, List<MovedRecord>> taken = moves.Outgoing.SelectMany(static move => move.Arcs.Numbers).ToDictionary(static arc => new Arc(arc), static _ => new List<MovedRecord>());
        foreach (MovedRecord record in Sessions!.Take(taken.ContainsKey))
            taken[record.Stored.Arc].Add(record);
        foreach (OutgoingMove move in moves.Outgoing)
        {
            move.State = GiveState.Frozen;
            move.Addresses = next.Find(move.Destination)?.Addresses ?? [];
            move.Results = [.. move.Arcs.Numbers.SelectMany(arc => taken[new Arc(arc)])];
            moves.StopNoting(move);
            contents.Close(move.Arcs);
        }

        IsTouched = true;
    }

    private void Await(Configuration next, Dictionary<GroupId, ArcSet> got)
    {
        foreach (IncomingMove move in moves.Incoming)
            move.State = CopyState.Pulling;
        foreach ((GroupId source, ArcSet arcs) in got.OrderBy(static pair => pair.Key.Number))
        {
            if (moves.FindIncoming(next.Job, source) is not null)
                continue;
            contents.Close(arcs);
            moves.Add(new IncomingMove(next.Job, source, arcs) { State = CopyState.Pulling, Addresses = served.AddressesOf(source) });
        }
    }

    private static bool IsSame(Dictionary<GroupId, ArcSet> arcs, GroupId other, ArcSet expected) => arcs.TryGetValue(other, out ArcSet? found) && found.IsSameAs(expected);
}
