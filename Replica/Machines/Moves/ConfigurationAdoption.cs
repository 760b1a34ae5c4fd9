using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
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
        ArcExchange exchange = ArcExchange.Between(served.Adopted, next, served.Group);
        if (FindObstacle(next, exchange) is { } obstacle)
            return Reject(obstacle);
        Go(next, exchange);
        return Accept();
    }

    private static CommandResult Reject(string reason) => new(ReplyStatus.Rejected, Encoding.UTF8.GetBytes(reason));

    private CommandResult Accept() => new(ReplyStatus.Ok, new AdoptConfigurationResult(served.Adopted?.Number ?? 0).Encode());

    private string? FindObstacle(Configuration next, ArcExchange exchange)
    {
        if (served.Adopted is not { } adopted)
        {
            return next.Number == 1 || next.Find(served.Group) is null
                ? null
                : $"configuration {next.Number} has arcs for {served.Group}, which has to take the one before it first to know from whom they come";
        }

        if (next.Number != adopted.Number + 1)
            return $"configuration {next.Number} does not follow {adopted.Number}, which the group has: none is skipped";
        foreach (IncomingMove move in moves.Incoming)
        {
            if (move.Job != next.Job || move.State != CopyState.Copying || !ArcExchange.Has(exchange.Got, move.Source, move.Arcs))
                return $"configuration {next.Number} has to wait: what comes from {move.Source} by job {move.Job} has not ended";
        }

        foreach (OutgoingMove move in moves.Outgoing)
        {
            if (move.Job != next.Job || move.IsFrozen || !ArcExchange.Has(exchange.Given, move.Destination, move.Arcs))
                return $"configuration {next.Number} has to wait: what goes to {move.Destination} by job {move.Job} has not ended";
        }

        return null;
    }

    private void Go(Configuration next, ArcExchange exchange)
    {
        Freeze(next, exchange.Given);
        Await(next, exchange.Got);
        served.Go(next);
        foreach (IncomingMove move in moves.Incoming)
            served.Await(move.Arcs);
        moves.Know(next.Job);
    }

    private void Freeze(Configuration next, IReadOnlyList<ArcShare> given)
    {
        foreach (ArcShare share in given)
        {
            // What did not begin before has noted no changes, so that all of it has still to be copied.
            if (moves.FindOutgoing(next.Job, share.Other) is null)
                moves.Add(new OutgoingMove(next.Job, share.Other, share.Arcs));
        }

        if (given.Count == 0)
            return;
        List<MovedRecord>?[] taken = new List<MovedRecord>?[Arc.Count];
        foreach (OutgoingMove move in moves.Outgoing)
        {
            foreach (int arc in move.Arcs.Numbers)
                taken[arc] = [];
        }

        foreach (MovedRecord record in Sessions!.Take(arc => taken[arc.Number] is not null))
            taken[record.Stored.Arc.Number]!.Add(record);
        IReadOnlyList<QueuedOperation> queued = Sessions.TakeQueued(arc => taken[arc.Number] is not null);
        foreach (OutgoingMove move in moves.Outgoing)
        {
            move.State = GiveState.Frozen;
            move.Addresses = next.Find(move.Destination)?.Addresses ?? [];
            move.Results = Results(move.Arcs, taken);
            move.Queued = [.. queued.Where(operation => move.Arcs.Contains(operation.Arc))];
            moves.StopNoting(move);
            contents.Close(move.Arcs);
        }

        IsTouched = true;
    }

    private static List<MovedRecord> Results(ArcSet arcs, List<MovedRecord>?[] taken)
    {
        List<MovedRecord> results = [];
        foreach (int arc in arcs.Numbers)
            results.AddRange(taken[arc]!);
        return results;
    }

    private void Await(Configuration next, IReadOnlyList<ArcShare> got)
    {
        foreach (IncomingMove move in moves.Incoming)
            move.State = CopyState.Pulling;
        foreach (ArcShare share in got)
        {
            if (moves.FindIncoming(next.Job, share.Other) is not null)
                continue;
            contents.Close(share.Arcs);
            moves.Add(new IncomingMove(next.Job, share.Other, share.Arcs) { State = CopyState.Pulling, Addresses = served.AddressesOf(share.Other) });
        }
    }
}
