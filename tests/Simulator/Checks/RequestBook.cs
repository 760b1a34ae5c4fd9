using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// Every request the clients ever sent, and the slots they stand in. S2: nothing else is ever decided.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="proposals">In which views an entry was proposed.</param>
/// <param name="expiries">Until when requests may run.</param>
public sealed class RequestBook(CheckContext context, ProposalChecker proposals, ExpiryChecker expiries)
{
    private readonly HashSet<(SessionId Session, long Sequence, ulong Command)> _sent = [];
    private readonly Dictionary<(SessionId Session, long Sequence), (long Slot, long View)> _slots = [];

    /// <summary>A client sends a request, for the first time or again.</summary>
    public void OnSent(ClientRequest request)
    {
        // Reads do not go into the log.
        if (request.Session == SessionId.None)
            return;
        _sent.Add((request.Session, request.Sequence.Number, ContentHash.Of(request.Command.Span)));
        expiries.OnSent(request);
    }

    /// <summary>The slot a request was first decided in; false when it was not.</summary>
    public bool TryGetSlot(SessionId session, SequenceNumber sequence, out long slot)
    {
        bool isDecided = _slots.TryGetValue((session, sequence.Number), out (long Slot, long View) first);
        slot = first.Slot;
        return isDecided;
    }

    /// <summary>A slot was decided for the first time.</summary>
    public void OnDecided(Slot slot, Entry entry)
    {
        long view = proposals.FirstViewOf(slot.Number, ContentHash.Of(entry));
        foreach (EntryCommand command in entry.Commands)
        {
            // These are of primaries, and name what is in a queue or do nothing (ordered rule M7).
            if (command.Session.IsOrdered && SettleGateCommand.Is(command.Command.Span))
                continue;
            (SessionId, long) key = (command.Session, command.Sequence.Number);
            if (!_sent.Contains((command.Session, command.Sequence.Number, ContentHash.Of(command.Command.Span))))
                context.Report("S2", $"{slot} holds {command.Session} {command.Sequence}, which nobody sent so");
            if (_slots.TryAdd(key, (slot.Number, view)))
                continue;
            context.Marks.Reach(Mark.RequestInTwoSlots);
            if (_slots[key].View != view)
                context.Marks.Reach(Mark.RequestInTwoViews);
        }
    }
}
