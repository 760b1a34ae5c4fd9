using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// C4: within a session requests run in the order of their numbers, which is the order they were sent in, and none runs before
/// the one it names as its predecessor, unless the client's mark has passed that one (rule 9).
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class SessionOrderChecker(CheckContext context)
{
    private readonly Dictionary<long, SessionRecord> _sessions = [];

    /// <summary>A slot was executed for the first time.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="entry">Its value.</param>
    /// <param name="replies">What became of its commands.</param>
    public void OnExecuted(Slot slot, Entry entry, IReadOnlyList<ClientReply> replies)
    {
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            ReplyStatus status = replies[index++].Status;
            if (command.Session != SessionId.None && status is ReplyStatus.Ok or ReplyStatus.Rejected or ReplyStatus.Malformed)
                OnAnswered(slot, command);
        }
    }

    private void OnAnswered(Slot slot, in EntryCommand command)
    {
        if (!_sessions.TryGetValue(command.Session.Number, out SessionRecord? session))
            _sessions.Add(command.Session.Number, session = new SessionRecord());
        session.Mark = Math.Max(session.Mark, command.AcknowledgedBelow.Number);
        long sequence = command.Sequence.Number;
        long previous = command.Previous.Number;
        if (!session.Ran.Add(sequence))
            return;
        if (sequence < session.Highest)
            context.Report("C4", $"{slot} runs {command.Session} {command.Sequence} after number {session.Highest}");
        else if (previous != SequenceNumber.None.Number && previous >= session.Mark && !session.Ran.Contains(previous))
            context.Report("C4", $"{slot} runs {command.Session} {command.Sequence} before {command.Previous}, which it names as its predecessor");
        session.Highest = Math.Max(session.Highest, sequence);
    }

    private sealed class SessionRecord
    {
        public HashSet<long> Ran { get; } = [];

        public long Highest { get; set; }

        public long Mark { get; set; }
    }
}
