using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
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
/// Runs the entries by which arcs are copied, served and dropped. Each does nothing unless its move is in exactly the state that it is for, so that it does not matter how often, by whom or how late it
/// is sent. <c>Master/DESIGN.md</c>, "How the groups move arcs".
/// </summary>
/// <param name="served">Which arcs are served.</param>
/// <param name="moves">The moves.</param>
/// <param name="contents">What is in the arcs.</param>
/// <param name="taker">Takes pieces.</param>
/// <param name="findObstacle">Why the state cannot become larger by a piece; null when it can.</param>
internal sealed class MoveCommands(ServedArcs served, MoveList moves, ArcContents contents, PieceTaker taker, Func<PieceSize, byte[]?> findObstacle)
{
    /// <summary>The sessions of the group; set before anything runs.</summary>
    public ISessionMoves? Sessions { get; set; }

    /// <summary>Runs a command; nothing that is sent makes it throw, besides what is no such command.</summary>
    /// <exception cref="WireFormatException">It is none; nothing has changed.</exception>
    public CommandResult Run(ReadOnlySpan<byte> command) => (CommandKind)command[0] switch
    {
        CommandKind.StartMoves => Start(StartMovesCommand.Decode(command)),
        CommandKind.ImportPiece => Import(ImportPieceCommand.Decode(command)),
        CommandKind.ServeArcs => Serve(ServeArcsCommand.Decode(command)),
        CommandKind.DropArcs => Drop(DropArcsCommand.Decode(command)),
        CommandKind.EndMoves => End(EndMovesCommand.Decode(command)),
        _ => Discard(DiscardCopyCommand.Decode(command)),
    };

    /// <summary>What is known of the moves.</summary>
    public CommandResult Describe() => new(ReplyStatus.Ok, moves.Describe().Encode());

    private static CommandResult Reject(string reason) => new(ReplyStatus.Rejected, Encoding.UTF8.GetBytes(reason));

    private CommandResult Start(StartMovesCommand start)
    {
        if (start.Job <= moves.LastJob)
            return Describe();
        if (FindObstacle(start) is { } obstacle)
            return Reject(obstacle);
        foreach (ArcTransfer transfer in start.Transfers)
        {
            ArcSet arcs = new(transfer.Arcs);
            if (transfer.From == served.Group)
                moves.Add(new OutgoingMove(start.Job, transfer.To, arcs) { Changes = new ChangedNames(), StartLogTime = Sessions!.EarliestLogTime, Addresses = served.AddressesOf(transfer.To) });
            else
                Await(new IncomingMove(start.Job, transfer.From, arcs) { Addresses = served.AddressesOf(transfer.From) });
        }

        moves.Know(start.Job);
        return Describe();
    }

    private void Await(IncomingMove move)
    {
        contents.Close(move.Arcs);
        moves.Add(move);
    }

    private string? FindObstacle(StartMovesCommand start)
    {
        if (served.Adopted is not { } adopted || adopted.Number != start.Configuration)
            return Text($"job {start.Job} goes from configuration {start.Configuration}, and the group has {served.Adopted?.Number ?? 0}");
        if (!moves.IsEmpty)
            return Text($"job {start.Job} cannot begin: moves of a job before it have not ended here");
        bool[] isNamed = new bool[Arc.Count];
        foreach (ArcTransfer transfer in start.Transfers)
        {
            if ((transfer.From == served.Group) == (transfer.To == served.Group))
                return Text($"job {start.Job} cannot begin: {served.Group} has no part in a move from {transfer.From} to {transfer.To}");
            foreach (int arc in transfer.Arcs)
            {
                if (isNamed[arc] || adopted.OwnerOf(new Arc(arc)) != transfer.From)
                    return Text($"job {start.Job} cannot begin: arc {arc} does not move from {transfer.From} to {transfer.To}");
                isNamed[arc] = true;
            }
        }

        return null;
    }

    private CommandResult Import(ImportPieceCommand import)
    {
        if (moves.FindIncoming(import.Job, import.Source) is not { State: not CopyState.Discarding } move || move.Pieces != import.Pieces)
            return Describe();
        PieceSize size = taker.Measure(import.Piece.Span, move.Arcs);

        // Once the configuration is adopted there is no way back, and nothing is refused any more.
        if (move.State == CopyState.Copying && findObstacle(size) is { } obstacle)
            return new CommandResult(ReplyStatus.Rejected, obstacle);
        taker.Take(import.Piece.Span, move, Sessions!);
        move.Pieces++;
        move.Bytes += import.Piece.Length;
        move.Cursor = import.Cursor.ToArray();
        moves.OnChanged();
        return Describe();
    }

    private CommandResult Serve(ServeArcsCommand serve)
    {
        // By another piece in the place of the last one something may be missing that no hash covers: marks of sessions.
        if (moves.FindIncoming(serve.Job, serve.Source) is not { State: CopyState.Pulling } move || move.Pieces != serve.Pieces || !serve.Cursor.Span.SequenceEqual(move.Cursor))
            return Describe();
        if (contents.HashOf(move.Arcs) != serve.ArcsHash || MoveReader.HashOf(move.Results, move.Queued) != serve.ResultsHash)
        {
            move.Discard();
            moves.OnChanged();
            return Describe();
        }

        Sessions!.RaiseLogTime(serve.LogTime);
        foreach (MovedRecord record in move.Results)
            Sessions.Add(in record);
        foreach (QueuedOperation operation in move.Queued)
            Sessions.AddQueued(operation);
        contents.Open(move.Arcs);
        served.Open(move.Arcs);
        moves.Remove(move);
        return Describe();
    }

    private CommandResult Drop(DropArcsCommand drop)
    {
        if (moves.FindOutgoing(drop.Job, drop.Destination) is not { IsFrozen: true } move)
            return Describe();
        move.State = GiveState.Dropping;
        move.Results = [];
        move.Queued = [];
        moves.OnChanged();
        if (!contents.RemoveSome(move.Arcs))
            return Describe();
        contents.Open(move.Arcs);
        moves.Remove(move);
        return Describe();
    }

    // What a configuration has made Pulling or Frozen does not end: there is no way back.
    private CommandResult End(EndMovesCommand end)
    {
        foreach (OutgoingMove move in moves.Outgoing.Where(move => move.Job == end.Job && !move.IsFrozen).ToArray())
            moves.Remove(move);
        foreach (IncomingMove move in moves.Incoming.Where(move => move.Job == end.Job && move.State == CopyState.Copying))
            EndCopy(move);
        if (end.Job > moves.LastJob || moves.Incoming.Any(move => move.Job == end.Job && move.IsEnded))
            moves.Know(end.Job);
        return Describe();
    }

    private static void EndCopy(IncomingMove move)
    {
        move.Discard();
        move.IsEnded = true;
    }

    private CommandResult Discard(DiscardCopyCommand discard)
    {
        if (moves.FindIncoming(discard.Job, discard.Source) is not { State: CopyState.Discarding } move)
            return Describe();
        moves.OnChanged();
        if (!contents.RemoveSome(move.Arcs))
            return Describe();
        move.State = CopyState.Pulling;
        if (!move.IsEnded)
            return Describe();
        contents.Open(move.Arcs);
        moves.Remove(move);
        return Describe();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
