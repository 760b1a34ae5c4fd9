using PaxosShard.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// C4: the requests of a session on one arc run in the order of their numbers, which is the order they were sent in, and none runs before
/// the one it names as its predecessor, unless the client's mark has passed that one (rule 9).
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class SessionOrderChecker(CheckContext context)
{
    private readonly Dictionary<SessionId, SessionRecord> _sessions = [];

    /// <summary>A slot was executed for the first time, and what is in it was not dead.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="entry">Its value.</param>
    /// <param name="replies">What became of its commands.</param>
    public void OnExecuted(Slot slot, Entry entry, IReadOnlyList<ClientReply> replies)
    {
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            if (replies[index++].Status is ReplyStatus.Ok or ReplyStatus.Rejected)
                OnAnswered(slot, command);
        }
    }

    private void OnAnswered(Slot slot, in EntryCommand command)
    {
        if (!_sessions.TryGetValue(command.Session, out SessionRecord? session))
            _sessions.Add(command.Session, session = new SessionRecord());
        session.Mark = Math.Max(session.Mark, command.AcknowledgedBelow.Number);
        long sequence = command.Sequence.Number;
        long previous = command.Previous.Number;
        if (!session.Ran.Add(sequence))
            return;
        Arc arc = Arc.Of(CommandPart.NameIn(command.Command.Span));
        long highest = session.HighestOn.GetValueOrDefault(arc);
        if (sequence < highest)
            context.Report("C4", $"{slot} runs {command.Session} {command.Sequence} after number {highest}, which is on the same arc");
        else if (previous != SequenceNumber.None.Number && previous >= session.Mark && !session.Ran.Contains(previous))
            context.Report("C4", $"{slot} runs {command.Session} {command.Sequence} before {command.Previous}, which it names as its predecessor");
        session.HighestOn[arc] = Math.Max(highest, sequence);
    }

    private sealed class SessionRecord
    {
        public HashSet<long> Ran { get; } = [];

        public Dictionary<Arc, long> HighestOn { get; } = [];

        public long Mark { get; set; }
    }
}
