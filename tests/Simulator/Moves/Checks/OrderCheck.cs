using System.Text;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>
/// O1 to O3: an operation of an ordered session takes effect only behind the one before it, in whichever groups the two are, or when its client was told that this one failed; none does of which its client was told that, or
/// which was cancelled; and none is told done that did not (ordered rules M3 and M11).
/// </summary>
/// <remarks>Operations are watched in the moment in which they are executed, over all groups. So an order that is kept here is one that nobody can contradict from outside.</remarks>
/// <param name="violations">Takes findings.</param>
internal sealed class OrderCheck(ViolationLog violations)
{
    private readonly List<OrderedEffect> _effects = [];
    private readonly Dictionary<SessionId, SortedSet<long>> _ran = [];
    private readonly Dictionary<SessionId, SortedSet<long>> _cancelled = [];
    private readonly Dictionary<SessionId, SortedSet<long>> _failed = [];
    private readonly Dictionary<SessionId, SortedList<long, long>> _expiries = [];
    private readonly Dictionary<SessionId, long> _firsts = [];

    // What has its place and waits for its effect, and what has to take effect there, because something has followed from it.
    private readonly Dictionary<SessionId, SortedSet<long>> _placed = [];
    private readonly Dictionary<SessionId, SortedDictionary<long, string>> _promised = [];

    /// <summary>A client sends a copy of an operation: expiries grow along the numbers (C12).</summary>
    public void OnSent(in ClientRequest request)
    {
        if (!_expiries.TryGetValue(request.Session, out SortedList<long, long>? expiries))
            _expiries.Add(request.Session, expiries = []);
        expiries[request.Sequence.Number] = request.Expiry;
        int place = expiries.IndexOfKey(request.Sequence.Number);
        bool falls = (place > 0 && expiries.Values[place - 1] > request.Expiry) || (place + 1 < expiries.Count && expiries.Values[place + 1] < request.Expiry);
        if (falls)
            violations.Report("C12", $"{request.Session} {request.Sequence} is sent with expiry {request.Expiry}, which is not between those of its neighbours");
    }

    /// <summary>What took effect, in the order in which it did; each operation once.</summary>
    public IReadOnlyList<OrderedEffect> Effects => _effects;

    /// <summary>Operations that took effect.</summary>
    public int Count => _ran.Values.Sum(static numbers => numbers.Count);

    /// <summary>An operation took effect.</summary>
    public bool HasRun(SessionId session, long number) => Has(_ran, session, number);

    /// <summary>A session has begun a number; its first one follows none.</summary>
    public void OnBegun(SessionId session, long number) => _firsts.TryAdd(session, number);

    /// <summary>A command was executed, or has run out of its queue.</summary>
    public void OnExecuted(SimulatedGroup log, in EntryCommand command, in ClientReply reply)
    {
        if (!command.Session.IsOrdered || SettleGateCommand.Is(command.Command.Span))
            return;
        long number = command.Sequence.Number;
        if (reply.Status == ReplicatedState.Queued)
            Note(_placed, command.Session, number);
        else if (reply.Status == ReplyStatus.Cancelled)
            OnCancelled(log, command.Session, number);
        else if (reply.Status is ReplyStatus.Ok or ReplyStatus.Rejected && Note(_ran, command.Session, number))
        {
            _effects.Add(new OrderedEffect(command.Session, number, Encoding.UTF8.GetString(CommandPart.NameIn(command.Command.Span)), reply.Status));
            OnRan(log, command.Session, number);
        }
    }

    /// <summary>An operation has gone out of its queue without having run.</summary>
    public void OnVoided(SimulatedGroup log, SessionId session, long number)
    {
        _placed.GetValueOrDefault(session)?.Remove(number);
        if (_promised.GetValueOrDefault(session)?.GetValueOrDefault(number) is { } promise)
            violations.Report("O1", $"{log.Group} takes {session} #{number} out of its queue, and {promise}");
    }

    /// <summary>At rest: nothing waits for its effect, and what has followed from something that waited was right.</summary>
    public void CheckRest()
    {
        foreach ((SessionId session, SortedDictionary<long, string> promised) in _promised)
        {
            foreach ((long number, string promise) in promised)
                violations.Report("O1", $"{session} #{number} has never run, and {promise}");
        }
    }

    /// <summary>A client is told that an operation was not applied.</summary>
    public void OnFailed(SessionId session, long number)
    {
        Note(_failed, session, number);
        if (HasRun(session, number))
            violations.Report("O2", $"{session} #{number} is called not applied, and has run");
    }

    /// <summary>A client is told the result of an operation.</summary>
    public void OnDone(SessionId session, long number)
    {
        if (!HasRun(session, number) && !Promise(session, number, "its client was told its result"))
            violations.Report("O3", $"{session} #{number} is called done, and has not run");
    }

    private static bool Has(Dictionary<SessionId, SortedSet<long>> numbers, SessionId session, long number) =>
        numbers.TryGetValue(session, out SortedSet<long>? known) && known.Contains(number);

    private static bool Note(Dictionary<SessionId, SortedSet<long>> numbers, SessionId session, long number)
    {
        if (!numbers.TryGetValue(session, out SortedSet<long>? known))
            numbers.Add(session, known = []);
        return known.Add(number);
    }

    // What has its place may be relied upon before it runs, by whoever knows that it will.
    private bool Promise(SessionId session, long number, string because)
    {
        if (!Has(_placed, session, number))
            return false;
        if (!_promised.TryGetValue(session, out SortedDictionary<long, string>? promised))
            _promised.Add(session, promised = []);
        promised.TryAdd(number, because);
        return true;
    }

    private void OnRan(SimulatedGroup log, SessionId session, long number)
    {
        _placed.GetValueOrDefault(session)?.Remove(number);
        _promised.GetValueOrDefault(session)?.Remove(number);
        bool isFirst = number <= 1 || _firsts.GetValueOrDefault(session) == number;
        if (!isFirst && !HasRun(session, number - 1) && !Has(_failed, session, number - 1) && !Promise(session, number - 1, $"{log.Group} has run the one behind it"))
            violations.Report("O1", $"{log.Group} runs {session} #{number}, and #{number - 1} has not run anywhere");
        if (Has(_failed, session, number))
            violations.Report("O2", $"{log.Group} runs {session} #{number} after its client was told that it was not applied");
        if (Has(_cancelled, session, number))
            violations.Report("O2", $"{log.Group} runs {session} #{number}, which was cancelled");
    }

    private void OnCancelled(SimulatedGroup log, SessionId session, long number)
    {
        if (Note(_cancelled, session, number) && HasRun(session, number))
            violations.Report("O2", $"{log.Group} answers that {session} #{number} is cancelled, and it has run");
    }
}

/// <summary>An operation of an ordered session took effect.</summary>
/// <param name="Session">The session.</param>
/// <param name="Number">Its number.</param>
/// <param name="Key">The key or room.</param>
/// <param name="Status">What it was answered.</param>
internal readonly record struct OrderedEffect(SessionId Session, long Number, string Key, ReplyStatus Status);
