using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// Every request the clients ever sent, and the slots they stand in. S2: nothing else is ever decided.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="proposals">In which views an entry was proposed.</param>
public sealed class RequestBook(CheckContext context, ProposalChecker proposals)
{
    private readonly HashSet<(long Session, long Sequence, ulong Command)> _sent = [];
    private readonly HashSet<ulong> _openings = [];
    private readonly Dictionary<(long Session, long Sequence), (long Slot, long View)> _slots = [];

    /// <summary>A client sends a request, for the first time or again.</summary>
    public void OnSent(ClientRequest request)
    {
        ulong hash = ContentHash.Of(request.Command.Span);
        if (request.Session == SessionId.None)
            _openings.Add(hash);
        else
            _sent.Add((request.Session.Number, request.Sequence.Number, hash));
    }

    /// <summary>The slot a request was first decided in; false when it was not.</summary>
    public bool TryGetSlot(SessionId session, SequenceNumber sequence, out long slot)
    {
        bool isDecided = _slots.TryGetValue((session.Number, sequence.Number), out (long Slot, long View) first);
        slot = first.Slot;
        return isDecided;
    }

    /// <summary>A slot was decided for the first time.</summary>
    public void OnDecided(Slot slot, Entry entry)
    {
        long view = proposals.FirstViewOf(slot.Number, ContentHash.Of(entry));
        foreach (EntryCommand command in entry.Commands)
        {
            ulong hash = ContentHash.Of(command.Command.Span);
            if (command.Session == SessionId.None)
            {
                if (!_openings.Contains(hash))
                    context.Report("S2", $"{slot} holds an opening of a session that nobody sent");
                continue;
            }

            (long, long) key = (command.Session.Number, command.Sequence.Number);
            if (!_sent.Contains((command.Session.Number, command.Sequence.Number, hash)))
                context.Report("S2", $"{slot} holds {command.Session} {command.Sequence}, which nobody sent so");
            if (_slots.TryAdd(key, (slot.Number, view)))
                continue;
            context.Marks.Reach(Mark.RequestInTwoSlots);
            if (_slots[key].View != view)
                context.Marks.Reach(Mark.RequestInTwoViews);
        }
    }
}
