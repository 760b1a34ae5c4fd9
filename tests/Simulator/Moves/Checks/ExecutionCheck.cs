using PaxosShard.Client.Core;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>
/// C2, C3, C6 and M7: each change of a client takes effect once at most, in whichever groups its copies turn up; every copy is answered alike; what the client is told is so; and the changes of one client on
/// one arc run in the order in which it wanted them (rule 9), those of an ordered session on one key or room.
/// </summary>
/// <param name="violations">Takes findings.</param>
/// <param name="marks">What was reached.</param>
/// <param name="ghost">Is brought up to date with each change.</param>
internal sealed class ExecutionCheck(ViolationLog violations, MoveMarks marks, Ghost ghost)
{
    // So many of the last ones on an arc are asked for again when the arc is served elsewhere.
    private const int AskedAgain = 200;

    private readonly Dictionary<(SessionId Session, SequenceNumber Sequence), ClientOperation> _byName = [];
    private readonly Dictionary<Arc, List<RanRequest>> _byArc = [];
    private readonly Dictionary<SessionId, long> _expiries = [];
    private readonly Dictionary<(int Client, long Life, ulong ArcOrName), long> _last = [];

    /// <summary>A client sends a copy of a request.</summary>
    public void OnSent(ClientOperation operation, in ClientRequest request)
    {
        if (_byName.TryAdd((request.Session, request.Sequence), operation))
        {
            CheckExpiry(in request);
            return;
        }

        if (_byName[(request.Session, request.Sequence)] != operation)
            violations.Report("C4", $"{request.Session} {request.Sequence} is {operation} and was something else before");
    }

    // C12: an expiry never falls within a session, in the order in which its requests are first sent.
    private void CheckExpiry(in ClientRequest request)
    {
        // In an ordered one they grow along the numbers, and these are sent in any order.
        if (request.Session.IsOrdered)
            return;
        long highest = _expiries.GetValueOrDefault(request.Session);
        if (request.Expiry < highest)
            violations.Report("C12", $"{request.Session} {request.Sequence} is sent with expiry {request.Expiry}, and another one was sent before with {highest}");
        _expiries[request.Session] = Math.Max(highest, request.Expiry);
    }

    /// <summary>A client is told how a change ended.</summary>
    public void OnTold(ClientOperation operation, in Completion completion)
    {
        operation.Outcome = completion.Outcome;
        switch (completion.Outcome)
        {
            case Outcome.Done or Outcome.Rejected when operation.Ran is null && operation.IsPlaced:
                OnForetold(operation, completion.Outcome == Outcome.Done ? ReplyStatus.Ok : ReplyStatus.Rejected, completion.Payload.Span);
                break;
            case Outcome.Done when operation.Ran?.IsSame(ReplyStatus.Ok, completion.Payload.Span) != true:
                violations.Report("C2", $"{operation} is called done, and {(operation.Ran is null ? "has not run" : "its result was another one")}");
                break;
            case Outcome.Rejected when operation.Ran is not { Status: ReplyStatus.Rejected }:
                violations.Report("C4", $"{operation} is called rejected, which nobody has: {completion.Reason}");
                break;
            case Outcome.Unknown:
                marks.Reach(MoveMark.GivenUp);
                break;
            case Outcome.NotApplied or Outcome.NotTaken or Outcome.CalledOff:
                marks.Reach(MoveMark.CalledNotApplied);
                if (operation.Ran is { } ran)
                    violations.Report("C6", $"{operation} is called {completion.Outcome} ({completion.Reason}), and has run in {ran.Group}");
                break;
        }
    }

    /// <summary>A command of a client was executed, or refused when it came to that.</summary>
    /// <param name="log">The group.</param>
    /// <param name="command">The command.</param>
    /// <param name="reply">What became of it.</param>
    /// <param name="isDrained">It had its place before.</param>
    /// <returns>It ran, for the first time.</returns>
    public bool OnExecuted(SimulatedGroup log, in EntryCommand command, in ClientReply reply, bool isDrained = false)
    {
        if (!_byName.TryGetValue((command.Session, command.Sequence), out ClientOperation? operation))
        {
            violations.Report("S2", $"{log.Group} executes {command.Session} {command.Sequence}, which nobody has sent");
            return false;
        }

        switch (reply.Status)
        {
            case ReplicatedState.Queued:
                operation.IsPlaced = true;
                return false;
            case ReplyStatus.Ok or ReplyStatus.Rejected when isDrained && operation.Ran is { } ran:
                violations.Report("C2", $"{operation} runs out of its queue in {log.Group}, and has run in {ran.Group}");
                return false;
            case ReplyStatus.Ok or ReplyStatus.Rejected when operation.Ran is { } ran:
                OnAgain(log, operation, ran, (command.Session, command.Sequence), in reply);
                return false;
            case ReplyStatus.Ok or ReplyStatus.Rejected:
                OnRan(log, operation, in command, in reply);
                return true;
            case ReplyStatus.Malformed or ReplyStatus.DifferentCommand:
                violations.Report("C4", $"{log.Group} answers {operation} with {reply.Status}");
                return false;
            default:
                OnRefused(log, operation, reply.Status);
                return false;
        }
    }

    /// <summary>C3: a copy is answered on arrival, from what is known there: as the first one was, or with a refusal for good.</summary>
    public void OnAnswered(SimulatedGroup log, in ClientRequest request, in ClientReply reply)
    {
        if (!_byName.TryGetValue((request.Session, request.Sequence), out ClientOperation? operation))
            return;
        if (reply.Status is ReplyStatus.Malformed or ReplyStatus.DifferentCommand)
            violations.Report("C3", $"{log.Group} answers a copy of {operation} with {reply.Status}");
        else if (reply.Status is not (ReplyStatus.Ok or ReplyStatus.Rejected))
            OnRefused(log, operation, reply.Status);
        else if (operation.Ran is { } ran)
            OnAgain(log, operation, ran, (request.Session, request.Sequence), in reply);
        else if (operation.IsPlaced)
            OnForetold(operation, reply.Status, reply.Payload.Span);
        else
            violations.Report("C2", $"{log.Group} has a result of {operation}, which has not run");
    }

    /// <summary>
    /// M7: arcs are served by another group from now on. Each change that has run on them is known there: a copy of it gets its result, or is refused for good, because its client has the result or because it is
    /// expired; and none would run.
    /// </summary>
    public void CheckKnown(SimulatedGroup log, IEnumerable<Arc> arcs)
    {
        foreach (Arc arc in arcs)
        {
            if (!_byArc.TryGetValue(arc, out List<RanRequest>? ran))
                continue;
            foreach (RanRequest request in ran.TakeLast(AskedAgain))
                CheckKnown(log, request);
        }
    }

    private void CheckKnown(SimulatedGroup log, RanRequest ran)
    {
        // Without the one before it: that one may be refused for good, and then this one would be too, whether it is known or not.
        if (log.State.AnswerFromStore(ran.Request with { Previous = SequenceNumber.None }) is not { } answer)
        {
            violations.Report("M7", $"{log.Group} serves the arc of {ran.Request.Session} {ran.Request.Sequence} and does not know that this has run in {ran.Group}");
            return;
        }

        bool isOther = answer.Status is ReplyStatus.Ok or ReplyStatus.Rejected && !ran.IsSame(answer.Status, answer.Payload.Span);
        if (isOther || answer.Status == ReplyStatus.DifferentCommand)
            violations.Report("C3", $"{log.Group} answers {ran.Request.Session} {ran.Request.Sequence} otherwise than {ran.Group}, where that ran: {answer.Status}");
    }

    private void OnAgain(SimulatedGroup log, ClientOperation operation, RanRequest ran, (SessionId Session, SequenceNumber Sequence) name, in ClientReply reply)
    {
        if ((ran.Request.Session, ran.Request.Sequence) != name)
            violations.Report("C2", $"{operation} runs in {log.Group} as {name.Session} {name.Sequence}, and has run in {ran.Group} as {ran.Request.Session} {ran.Request.Sequence}");
        else if (!ran.IsSame(reply.Status, reply.Payload.Span))
            violations.Report("C3", $"{operation} is answered {reply.Status} by {log.Group}, otherwise than in {ran.Group}, where it has run");
        else if (ran.Group != log.Group)
            marks.Reach(MoveMark.ResultFoundElsewhere);
    }

    private void OnRan(SimulatedGroup log, ClientOperation operation, in EntryCommand command, in ClientReply reply)
    {
        ClientRequest request = new(command.Session, command.Sequence, command.Previous, command.AcknowledgedBelow, command.Command.ToArray()) { Expiry = command.Expiry };
        operation.Ran = new RanRequest(request, log.Group, reply.Status, reply.Payload.ToArray());
        if (operation.Foretold is { } foretold && !(foretold.Status == reply.Status && (reply.Status == ReplyStatus.Rejected || foretold.Payload.AsSpan().SequenceEqual(reply.Payload.Span))))
            violations.Report("O5", $"{operation} was told {foretold.Status} before it ran in {log.Group}, and that ends in {reply.Status} with another result");
        if (!_byArc.TryGetValue(operation.Arc, out List<RanRequest>? ran))
            _byArc.Add(operation.Arc, ran = []);
        ran.Add(operation.Ran);
        if (operation.Outcome is Outcome.NotApplied or Outcome.NotTaken or Outcome.CalledOff)
            violations.Report("C6", $"{operation} runs in {log.Group} after its client was told {operation.Outcome}");
        CheckOrder(log, operation, command.Session.IsOrdered);
        if (reply.Status == ReplyStatus.Rejected)
            marks.Reach(MoveMark.StateFull);
        else if (!ghost.Apply(request.Command).AsSpan().SequenceEqual(reply.Payload.Span))
            violations.Report("C1", $"{operation} gets another result in {log.Group} than all that has run so far makes it");
    }

    // It is told before it is there: it has to come to that (ordered rule M6).
    private void OnForetold(ClientOperation operation, ReplyStatus status, ReadOnlySpan<byte> payload)
    {
        marks.Reach(MoveMark.OrderedForetold);
        if (operation.Foretold is { } before && (before.Status != status || !before.Payload.AsSpan().SequenceEqual(payload)))
            violations.Report("O5", $"{operation} is told {status} before it has run, and was told {before.Status} before");
        operation.Foretold ??= (status, payload.ToArray());
    }

    // What an ordered session has in queues is certain in its order, which its bursts are judged by; on different keys it may run in another one, when a new primary opens the gate of one of them again.
    private void CheckOrder(SimulatedGroup log, ClientOperation operation, bool isOrdered)
    {
        (int, long, ulong) key = (operation.Client, operation.Life, isOrdered ? StableHash64.Of(CommandPart.NameIn(operation.Command)) : (ulong)operation.Arc.Number);
        if (_last.GetValueOrDefault(key) > operation.Number)
            violations.Report("C4", $"{operation} runs in {log.Group} behind {_last[key]}, which the client wanted later there");
        _last[key] = Math.Max(_last.GetValueOrDefault(key), operation.Number);
    }

    private void OnRefused(SimulatedGroup log, ClientOperation operation, ReplyStatus status)
    {
        if (operation.Ran is not { } ran)
            return;
        if (status == ReplyStatus.Expired)
            marks.Reach(MoveMark.LateCopyExpired);
        else if (status == ReplyStatus.Stale && ran.Group != log.Group)
            marks.Reach(MoveMark.MarkFoundElsewhere);
    }
}
