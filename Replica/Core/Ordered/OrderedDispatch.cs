using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// What the primary of a group does for ordered sessions: an operation is proposed once its predecessor has taken effect, in whichever group, or behind it in the same log; until then it waits, and the group of
/// the predecessor is asked (ordered rules M2 and M3). Nothing of it is durable or has to be: clients and askers repeat themselves. Pure, for one view; what it says of an operation rests on what was executed.
/// </summary>
/// <remarks><c>Master/ORDERED.md</c> says what is promised by it, and why it holds.</remarks>
/// <param name="state">What was executed.</param>
/// <param name="outlet">The primary.</param>
/// <param name="tickMilliseconds">How long a tick is.</param>
public sealed class OrderedDispatch(Func<ReplicatedState> state, IOrderedOutlet outlet, int tickMilliseconds)
{
    /// <summary>How long an operation waits at most, in milliseconds: its client sends it again.</summary>
    public const int LongestWait = 10_000;

    private readonly WaitingRoom _room = new();
    private readonly Askers _askers = new();
    private readonly Inquiries _inquiries = new(outlet, tickMilliseconds);

    // Taken in for the log by this primary, and not executed: what follows one of them may be put behind it, for the log says whether it ran.
    private readonly HashSet<OperationName> _underWay = [];
    private long _tick;

    /// <summary>Operations that wait for their predecessors, and questions of other groups.</summary>
    public int Waiting => _room.Count + _askers.Count;

    /// <summary>Operations that wait for their predecessors, for checks.</summary>
    public WaitingRoom Room => _room;

    private IStateMachine Machine => state().Machine;

    /// <summary>OrderedRequest while this replica serves.</summary>
    /// <param name="client">Who sent it.</param>
    /// <param name="ordered">The request.</param>
    public void Take(ClientHandle client, OrderedRequest ordered)
    {
        WaitingRequest waiting = new(client, ordered.Request);
        if (!IsOperation(ordered.Request))
            outlet.Refuse(in waiting, ReplyStatus.Malformed);
        else if (state().AnswerFromStore(ordered.Request) is { } known)
            outlet.Answer(in waiting, in known);
        else
            Place(in waiting, ordered);
    }

    /// <summary>GroupNotes: questions of another group, or what one tells that was asked.</summary>
    /// <param name="asker">On which connection they came; the default for one that this replica made.</param>
    /// <param name="notes">What is asked and told.</param>
    /// <param name="mayTell">What this replica has executed counts: it serves, and what it inherited is decided.</param>
    public void Take(ClientHandle asker, GroupNotes notes, bool mayTell)
    {
        foreach (GroupNote note in notes.Notes)
        {
            // Only what comes on a connection that this replica made to the group is news of it: on the others anybody may say anything.
            if (note.Kind != GroupNoteKind.Ask && asker == default)
                OnTold(in note);
            else if (note.Kind == GroupNoteKind.Ask && mayTell)
                OnAsked(asker, in note);
        }
    }

    /// <summary>An entry was executed: what became of its operations is told to those who asked, and what waited for them goes on.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="mayTell">As in <see cref="Take(ClientHandle, GroupNotes, bool)"/>.</param>
    public void OnExecuted(Entry entry, bool mayTell)
    {
        if (_underWay.Count == 0 && Waiting == 0)
            return;
        foreach (EntryCommand command in entry.Commands)
        {
            if (!command.Session.IsOrdered)
                continue;
            OperationName name = new(command.Session, command.Sequence);
            _underWay.Remove(name);
            if (mayTell)
                Settle(name);
        }
    }

    /// <summary>A tick has passed: looks again at what waits, and asks again.</summary>
    public void OnTick()
    {
        _tick++;
        _askers.ForgetBefore(_tick - (LongestWait / tickMilliseconds));
        if (_room.Count == 0)
            return;
        foreach (WaitingOperation operation in _room.All())
            Review(operation);
    }

    /// <summary>A connection is gone, of a client or of another group.</summary>
    public void Forget(ClientHandle client)
    {
        _askers.Forget(client);
        foreach (WaitingOperation operation in _room.Forget(client))
            _inquiries.End(operation.Name.Predecessor);
    }

    /// <summary>This replica does not serve any more: what waits is refused, and nothing of it is known here any more.</summary>
    public void RefuseAll(Action<WaitingRequest> refuse)
    {
        foreach (WaitingOperation operation in _room.All())
        {
            _room.Remove(operation);
            foreach (WaitingRequest copy in operation.Copies)
                refuse(copy);
        }

        _inquiries.Clear();
        _underWay.Clear();
    }

    private bool IsOperation(in ClientRequest request) => request.Session.IsOrdered
        && request.Sequence != SequenceNumber.None
        && !request.Command.IsEmpty
        && request.Command.Length <= Limits.Command
        && (CancelOperationCommand.Is(request.Command.Span) || Machine.MayBeOrdered(request.Command.Span));

    private void Place(in WaitingRequest waiting, OrderedRequest ordered)
    {
        OperationName name = new(waiting.Request.Session, waiting.Request.Sequence);
        if (!ordered.HasPredecessor || StateOf(name.Predecessor) == OperationState.Firm)
            Propose(waiting with { Request = waiting.Request with { Previous = SequenceNumber.None } });
        else if (_underWay.Contains(name.Predecessor))
            Propose(in waiting);
        else if (StateOf(name.Predecessor) == OperationState.Cancelled)
            outlet.Refuse(in waiting, ReplyStatus.Cancelled);
        else
            Wait(in waiting, ordered, name);
    }

    private void Propose(in WaitingRequest waiting)
    {
        if (!outlet.TryPropose(in waiting))
        {
            outlet.Refuse(in waiting, ReplyStatus.Busy);
            return;
        }

        OperationName name = new(waiting.Request.Session, waiting.Request.Sequence);
        _underWay.Add(name);
        if (_room.Find(name.Next) is { } next)
            Release(next, isBehind: true);
    }

    private void Wait(in WaitingRequest waiting, OrderedRequest ordered, OperationName name)
    {
        WaitingOperation? operation = _room.Find(name);
        if (operation is null)
        {
            operation = new WaitingOperation(ordered, _tick);
            if (!_room.TryAdd(operation))
            {
                outlet.Refuse(in waiting, ReplyStatus.Busy);
                return;
            }
        }
        else if (operation.Clients.Count == WaitingOperation.MostClients)
        {
            outlet.Refuse(new WaitingRequest(operation.Clients[0], operation.Request), ReplyStatus.Busy);
            operation.Clients.RemoveAt(0);
        }

        operation.Tick = _tick;
        operation.Clients.Add(waiting.Client);
        _inquiries.Begin(name.Predecessor, operation.PredecessorArc, Machine, _tick);
    }

    // Its predecessor has taken effect, or is before it in this log.
    private void Release(WaitingOperation operation, bool isBehind)
    {
        Remove(operation);
        ClientRequest request = isBehind ? operation.Request : operation.Request with { Previous = SequenceNumber.None };
        foreach (ClientHandle client in operation.Clients)
            Propose(new WaitingRequest(client, request));
    }

    private void RefuseWaiting(WaitingOperation operation, ReplyStatus status)
    {
        Remove(operation);
        foreach (WaitingRequest copy in operation.Copies)
            outlet.Refuse(in copy, status);
    }

    private void Remove(WaitingOperation operation)
    {
        _room.Remove(operation);
        _inquiries.End(operation.Name.Predecessor);
    }

    // What has become of an operation by what was executed goes to all who asked, and decides what waits for it.
    private void Settle(OperationName name)
    {
        OperationState told = StateOf(name);
        if (told == OperationState.Absent)
            return;
        foreach ((ClientHandle asker, OperationName asked) in _askers.Take(name.Session, name.Sequence))
        {
            OperationState now = StateOf(asked);
            outlet.Tell(asker, GroupNote.Tell(asked.Session, asked.Sequence, now));
            if (now == OperationState.Absent)
                _askers.Add(asker, asked, _tick);
        }

        // Nothing above the next one is decided by it: its mark is no higher than its number.
        foreach (WaitingOperation operation in _room.UpTo(name.Next))
            Review(operation);
    }

    private void Review(WaitingOperation operation)
    {
        if (_room.Find(operation.Name) != operation)
            return;
        if (state().AnswerFromStore(operation.Request) is { } known)
        {
            Remove(operation);
            foreach (WaitingRequest copy in operation.Copies)
                outlet.Answer(in copy, in known);
            return;
        }

        Decide(operation, StateOf(operation.Name.Predecessor));
        if (_room.Find(operation.Name) != operation)
            return;
        if (_tick - operation.Tick >= LongestWait / tickMilliseconds)
            RefuseWaiting(operation, ReplyStatus.Busy);
        else
            _inquiries.AskIfDue(operation.Name.Predecessor, Machine, _tick);
    }

    private void Decide(WaitingOperation operation, OperationState predecessor)
    {
        switch (predecessor)
        {
            case OperationState.Firm:
                Release(operation, isBehind: false);
                break;
            case OperationState.Cancelled:
                RefuseWaiting(operation, ReplyStatus.Cancelled);
                break;
            case OperationState.Over:
                RefuseWaiting(operation, ReplyStatus.Stale);
                break;
        }
    }

    private void OnTold(in GroupNote note)
    {
        OperationName name = new(note.Session, note.Sequence);
        _inquiries.OnAnswered(in note, _tick);
        if (note.Kind == GroupNoteKind.State && _room.Find(name.Next) is { } operation)
            Decide(operation, note.State);
    }

    private void OnAsked(ClientHandle asker, in GroupNote note)
    {
        OperationName name = new(note.Session, note.Sequence);
        ArcOwner owner = Machine.FindOwner(new Arc(note.Arc));
        if (!owner.IsHere)
        {
            outlet.Tell(asker, GroupNote.Elsewhere(note.Session, note.Sequence, owner.Group, owner.Configuration));
            return;
        }

        OperationState now = StateOf(name);
        outlet.Tell(asker, GroupNote.Tell(note.Session, note.Sequence, now));
        if (now == OperationState.Absent)
            _askers.Add(asker, name, _tick);
    }

    private OperationState StateOf(OperationName name) => state().StateOf(name.Session, name.Sequence);
}
