using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>C8: a request that a client calls "not applied" has not run and never runs (rule 9).</summary>
/// <param name="context">The run's checkers.</param>
public sealed class HonestyChecker(CheckContext context)
{
    private readonly HashSet<ulong> _notApplied = [];
    private readonly HashSet<ulong> _ran = [];
    private readonly HashSet<(SessionId Session, long Sequence)> _deletesNotApplied = [];
    private readonly HashSet<(SessionId Session, long Sequence)> _deletesThatRan = [];

    /// <summary>A client calls a request "not applied"; no other request has the same bytes.</summary>
    public void OnNotApplied(int client, ReadOnlyMemory<byte> command)
    {
        context.Marks.Reach(Mark.CalledNotApplied);
        ulong hash = ContentHash.Of(command.Span);
        _notApplied.Add(hash);
        if (_ran.Contains(hash))
            context.Report("C8", $"client {client} calls a request \"not applied\" that has run");
    }

    /// <summary>A client calls a delete "not applied"; others have the same bytes, so that it is known by the sessions and numbers that it was sent under.</summary>
    public void OnDeleteNotApplied(int client, IReadOnlyList<(SessionId Session, long Sequence)> names)
    {
        context.Marks.Reach(Mark.CalledNotApplied);
        foreach ((SessionId Session, long Sequence) name in names)
        {
            _deletesNotApplied.Add(name);
            if (_deletesThatRan.Contains(name))
                context.Report("C8", $"client {client} calls a delete \"not applied\" that has run as number {name.Sequence} of {name.Session}");
        }
    }

    /// <summary>A slot was executed for the first time.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="entry">Its value.</param>
    /// <param name="replies">What became of its commands.</param>
    public void OnExecuted(Slot slot, Entry entry, IReadOnlyList<ClientReply> replies)
    {
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            if (replies[index++].Status != ReplyStatus.Ok)
                continue;
            ulong hash = ContentHash.Of(command.Command.Span);
            bool isDelete = !command.Command.IsEmpty && (CommandKind)command.Command.Span[0] == CommandKind.DeleteKey;
            (SessionId Session, long Sequence) name = (command.Session, command.Sequence.Number);
            if (isDelete)
                _deletesThatRan.Add(name);
            else
                _ran.Add(hash);
            if (isDelete ? _deletesNotApplied.Contains(name) : _notApplied.Contains(hash))
                context.Report("C8", $"{slot} runs {command.Session} {command.Sequence}, which its client calls \"not applied\"");
        }
    }
}
