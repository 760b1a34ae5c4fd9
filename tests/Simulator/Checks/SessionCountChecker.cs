using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// C13: a new session is refused for a full table exactly when as many sessions as may be there are alive, by a count of its own: a session is alive from
/// its first request that runs until log time is above the highest expiry of all that ran in it (rule 9). Only for tables that are so small that one slot is enough
/// to drop all that are due.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="options">The bounds.</param>
public sealed class SessionCountChecker(CheckContext context, GroupOptions options)
{
    // Below what the product looks at for one slot.
    private const int LargestTable = 2000;

    private readonly Dictionary<SessionId, long> _expiryOf = [];

    /// <summary>A slot was executed for the first time, and what is in it was not dead.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="entry">Its value.</param>
    /// <param name="replies">What became of its commands.</param>
    /// <param name="ran">Which of its commands have run.</param>
    /// <param name="logTime">Log time in the slot.</param>
    public void OnExecuted(Slot slot, Entry entry, IReadOnlyList<ClientReply> replies, IReadOnlyList<bool> ran, long logTime)
    {
        if (options.Sessions > LargestTable)
            return;
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            bool isNew = !_expiryOf.TryGetValue(command.Session, out long expiry) || expiry < logTime;
            if (ran[index])
                OnRan(slot, command, isNew, logTime);
            else if (isNew && replies[index].Status == ReplyStatus.Busy && IsWithinWindow(command))
                OnRefused(slot, command, logTime);
            index++;
        }
    }

    private void OnRan(Slot slot, in EntryCommand command, bool isNew, long logTime)
    {
        if (isNew)
        {
            int alive = CountAlive(logTime);
            if (alive >= options.Sessions)
                context.Report("C13", $"{slot} takes the new {command.Session} in, although {alive} are alive of {options.Sessions} that may be");
        }

        _expiryOf[command.Session] = Math.Max(_expiryOf.GetValueOrDefault(command.Session), command.Expiry);
    }

    private void OnRefused(Slot slot, in EntryCommand command, long logTime)
    {
        context.Marks.Reach(Mark.TableFull);
        int alive = CountAlive(logTime);
        if (alive < options.Sessions)
            context.Report("C13", $"{slot} refuses the new {command.Session}, although only {alive} are alive of {options.Sessions} that may be");
    }

    // A session that is not there has no other reason to be busy than the table.
    private bool IsWithinWindow(in EntryCommand command) =>
        command.Sequence.Number - Math.Max(1, command.AcknowledgedBelow.Number) < options.SessionWindow;

    private int CountAlive(long logTime)
    {
        foreach (SessionId session in _expiryOf.Keys.Where(session => _expiryOf[session] < logTime).ToArray())
        {
            _expiryOf.Remove(session);
            context.Marks.Reach(Mark.SessionDropped);
        }

        return _expiryOf.Count;
    }
}
