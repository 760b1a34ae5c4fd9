using System.Text;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>Says in a line what a shard has executed, for people who replay a seed.</summary>
internal static class EntryText
{
    /// <summary>A request of a client.</summary>
    public static string Of(in ClientRequest request) =>
        $"{(CommandKind)request.Command.Span[0]} {Encoding.UTF8.GetString(CommandPart.NameIn(request.Command.Span))} as {request.Session.Number:x8} {request.Sequence} behind {request.Previous}";

    /// <summary>The line.</summary>
    /// <param name="log">The shard.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="replies">The results.</param>
    /// <param name="moves">The moves of the shard after that; null when nothing of them can have changed.</param>
    public static string Of(SimulatedGroup log, Entry entry, IReadOnlyList<ClientReply> replies, MovesResult? moves)
    {
        StringBuilder text = new($"{log.Group} {log.State.Executed}, log time {log.State.LogTime}:");
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            string name = Encoding.UTF8.GetString(CommandPart.NameIn(command.Command.Span));
            string outcome = index < replies.Count ? $"{replies[index].Status}" : "dead";
            text.Append($" {(CommandKind)command.Command.Span[0]} {name} as {command.Session.Number:x8} {command.Sequence} behind {command.Previous}: {outcome};");
            index++;
        }

        if (moves is not null)
            text.Append($" configuration {moves.Configuration}");
        foreach (IncomingMoveState move in moves?.Incoming ?? [])
            text.Append($", job {move.Job} from {move.Source} {move.State}{(move.IsEnded ? " (ended)" : "")} {move.Pieces} pieces");
        foreach (OutgoingMoveState move in moves?.Outgoing ?? [])
            text.Append($", job {move.Job} to {move.Destination} {move.State}");
        return text.ToString();
    }
}
