using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// C12: a number of a session is sent with one expiry, and none with a lower one than an earlier number. No request runs in a slot whose log time is above its
/// expiry, none runs after its client was told that it is expired, and none is called expired before it is. None runs twice, whether its session was dropped
/// meanwhile or not: whatever ran is remembered here for the whole run (rule 9).
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="isAlone">All requests of a session go to this group, in the order of their numbers. Elsewhere some wait until their arc is served, and have a higher one than what was sent meanwhile.</param>
public sealed class ExpiryChecker(CheckContext context, bool isAlone)
{
    private readonly Dictionary<(SessionId Session, long Sequence), long> _expiryOf = [];
    private readonly Dictionary<(SessionId Session, long Sequence), long> _slotOf = [];
    private readonly HashSet<(SessionId Session, long Sequence)> _toldExpired = [];

    /// <summary>A client sends a request, for the first time or again.</summary>
    public void OnSent(ClientRequest request)
    {
        (SessionId Session, long Sequence) key = (request.Session, request.Sequence.Number);
        if (!_expiryOf.TryAdd(key, request.Expiry))
        {
            if (_expiryOf[key] != request.Expiry)
                context.Report("C12", $"{request.Session} {request.Sequence} is sent again with expiry {request.Expiry}; it was {_expiryOf[key]}");
            return;
        }

        if (!isAlone)
            return;

        // The numbers of a session have no gaps, so that neighbours say it of all.
        bool isBelow = _expiryOf.TryGetValue((key.Session, key.Sequence - 1), out long before) && before > request.Expiry;
        bool isAbove = _expiryOf.TryGetValue((key.Session, key.Sequence + 1), out long after) && after < request.Expiry;
        if (isBelow || isAbove)
            context.Report("C12", $"{request.Session} {request.Sequence} is sent with expiry {request.Expiry}, and its neighbours with {before} and {after}");
    }

    /// <summary>A slot was executed for the first time.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="entry">Its value.</param>
    /// <param name="ran">Which of its commands have run.</param>
    /// <param name="logTime">Log time in the slot.</param>
    public void OnExecuted(Slot slot, Entry entry, IReadOnlyList<bool> ran, long logTime)
    {
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            if (ran[index++])
                OnRan(slot, command, logTime);
        }
    }

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(int replica, ClientReply reply)
    {
        if (reply.Status != ReplyStatus.Expired)
            return;
        (SessionId, long) key = (reply.Session, reply.Sequence.Number);
        if (_expiryOf.TryGetValue(key, out long expiry) && reply.LogTime <= expiry)
            context.Report("C12", $"r{replica} calls {reply.Session} {reply.Sequence} expired at log time {reply.LogTime}; it may run until {expiry}");
        _toldExpired.Add(key);
        if (_slotOf.ContainsKey(key))
            context.Marks.Reach(Mark.LateCopyExpired);
    }

    private void OnRan(Slot slot, in EntryCommand command, long logTime)
    {
        (SessionId, long) key = (command.Session, command.Sequence.Number);
        if (logTime > command.Expiry)
            context.Report("C12", $"{slot} runs {command.Session} {command.Sequence} at log time {logTime}, and its expiry is {command.Expiry}");
        if (_toldExpired.Contains(key))
            context.Report("C12", $"{slot} runs {command.Session} {command.Sequence} after its client was told that it is expired");
        if (!_slotOf.TryAdd(key, slot.Number))
            context.Report("C12", $"{slot} runs {command.Session} {command.Sequence} once more; it ran in s{_slotOf[key]}");
    }
}
