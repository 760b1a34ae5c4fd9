using PaxosShard.Client.Core.Requests;
using PaxosShard.Client.Core;
using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using Outcome = PaxosShard.Client.Core.Outcome;

namespace PaxosShard.Simulator.Clients;

/// <summary>The messages and changes of keys that a client sends: made here, observed on their way, and held against what the client is told of them.</summary>
internal sealed class SentRequests
{
    // The clock of a client stands for up to one of its steps before it notices how late it is.
    private const long ClockSlack = 120_000;

    // An expiry may be 15 minutes ahead of log time where it is judged; who answers has gone on a little since.
    private const long FarAhead = 14 * 60 * 1000;

    private readonly ClientSetting _setting;
    private readonly KeyCalls _keys;
    private readonly Dictionary<ulong, PendingRequest> _underWay = [];
    private readonly byte[][] _templates;
    private readonly Stack<Request> _released = [];
    private long _texts;
    private bool _hasFailed;
    private bool _isInDoubt;

    public SentRequests(ClientSetting setting, KeyCalls keys)
    {
        _setting = setting;
        _keys = keys;
        _templates = new byte[setting.Options.Rooms][];
        for (int room = 0; room < _templates.Length; room++)
            _templates[room] = Texts.Template(setting.Number, room, setting.Options.TextBytes);
    }

    /// <summary>Requests under way.</summary>
    public int Count => _underWay.Count;

    /// <summary>Requests that ended well.</summary>
    public long Completed { get; private set; }

    /// <summary>It is a stream that has failed: nothing more of it is taken.</summary>
    public bool IsBroken => _hasFailed && _setting.Options.Core.StopAtFailure;

    /// <summary>A new message to a random room, or now and then one that breaks a rule.</summary>
    /// <param name="ranFor">For how long the client has run.</param>
    /// <param name="timeout">How long it may take, in milliseconds; null: for ever.</param>
    public Request IssueMessage(long ranFor, long? timeout)
    {
        int room = _setting.Random.Below(_setting.Options.Rooms);
        long text = Texts.Number(_setting.Number, ++_texts);
        bool isToBeRejected = _setting.Random.Chance(_setting.Options.RejectPerThousand, 1000);
        byte[] command = isToBeRejected ? Texts.Rejected(room, text) : Texts.Send(_templates[room], _setting.Options.TextBytes, text);
        PendingSend operation = new(command, isToBeRejected ? -1 : room, text, _setting.Queue.Now, IsBroken)
        {
            InvokedAfter = ranFor,
            Timeout = timeout,
        };
        return Begin(operation);
    }

    /// <summary>A new change of a random key.</summary>
    /// <param name="ranFor">For how long the client has run.</param>
    /// <param name="timeout">How long it may take, in milliseconds; null: for ever.</param>
    public Request IssueChange(long ranFor, long? timeout) => Begin(_keys.Change(ranFor, timeout, IsBroken));

    /// <summary>A copy leaves; the request it is a copy of.</summary>
    public PendingRequest? OnSent(ClientRequest request)
    {
        _setting.Checks.Requests.OnSent(request);
        if (request.Session == SessionId.None || !_underWay.TryGetValue(ContentHash.Of(request.Command.Span), out PendingRequest? operation))
            return null;
        if (operation.LastSent?.Session != request.Session)
            OnSentIn(request.Session, operation);
        (operation as PendingChange)?.AddName(request.Session, request.Sequence);
        operation.LastSent = request;
        operation.Copies++;
        return operation;
    }

    /// <summary>A reply arrived that the client has not looked at yet.</summary>
    /// <returns>False when its core is not to be told, for the answer may be meant for a copy that it knows nothing of.</returns>
    public bool OnReply(ClientReply reply)
    {
        if (reply.Session == SessionId.None || reply.Status is ReplyStatus.Ok or ReplyStatus.Rejected)
            return true;
        foreach (PendingRequest operation in _underWay.Values)
        {
            if (operation.LastSent is not { } sent || sent.Session != reply.Session || sent.Sequence != reply.Sequence)
                continue;
            if (reply.Status is ReplyStatus.Expired or ReplyStatus.Malformed)
                operation.OnExpired();
            bool isFarAhead = reply.Status == ReplyStatus.Malformed && sent.Expiry - reply.LogTime > FarAhead;
            if (reply.Status is ReplyStatus.Stale or ReplyStatus.DifferentCommand or ReplyStatus.Malformed && !isFarAhead)
                _setting.Checks.Violations.Report("C4", $"client {_setting.Number} gets {reply.Status} for {reply.Session} {reply.Sequence}, which it still waits for");
            bool isRefusal = reply.Status is ReplyStatus.Redirect or ReplyStatus.Busy or ReplyStatus.NoQuorum or ReplyStatus.OutOfOrder;
            return !isRefusal || operation.IsRefusalOfOwnCopy();
        }

        return true;
    }

    /// <summary>The client is told how a request ended.</summary>
    /// <returns>The request when it has its result.</returns>
    public PendingRequest? OnCompleted(in Completion completion, long ranFor)
    {
        PendingRequest operation = (PendingRequest)completion.Call.Caller!;
        if (completion.Call is Request { IsReleased: true } released)
            _released.Push(released); // As in the library, it stands for the next one.
        if (!_underWay.Remove(ContentHash.Of(operation.Command.Span)))
        {
            _setting.Checks.Violations.Report("C8", $"client {_setting.Number} is told twice of {operation.Name}");
            return null;
        }

        bool wasTakenIn = completion.Outcome != Outcome.CalledOff || operation.IsTakenIn || !_setting.Options.WaitsForRoom;
        _hasFailed |= completion.Outcome != Outcome.Done && wasTakenIn;
        switch (completion.Outcome)
        {
            case Outcome.Done or Outcome.Rejected when IsFitting(operation, in completion):
                OnResult(operation, completion);
                return operation;
            case Outcome.Done or Outcome.Rejected:
                _setting.Checks.Violations.Report("C4", $"client {_setting.Number} is told {completion.Outcome} of {operation.Name}: {completion.Reason}");
                break;
            case Outcome.Unknown:
                _setting.Checks.Marks.Reach(Mark.GivenUp);
                GiveUp(operation);
                break;
            default:
                OnNotApplied(operation, completion, ranFor);
                break;
        }

        return null;
    }

    /// <summary>The client's process is gone: what is under way stays unknown.</summary>
    public void Abandon()
    {
        foreach (PendingRequest operation in _underWay.Values)
            GiveUp(operation);
        _underWay.Clear();
        _hasFailed = false;
        _isInDoubt = false;
    }

    /// <summary>The state may be full; beside that a message is rejected when it breaks a rule, and only then.</summary>
    private static bool IsFitting(PendingRequest operation, in Completion completion) =>
        operation is not PendingSend send
        || (send.Room >= 0) == (completion.Outcome == Outcome.Done)
        || (send.Room >= 0 && completion.Reason.StartsWith("the state is full", StringComparison.Ordinal));

    private Request Begin(PendingRequest operation)
    {
        _underWay.Add(ContentHash.Of(operation.Command.Span), operation);
        if (!_released.TryPop(out Request? request))
            return new Request(operation.Command, operation.Timeout, operation) { WaitsForRoom = _setting.Options.WaitsForRoom };
        request.StandFor(operation.Command, operation.Timeout, operation);
        return request;
    }

    private void OnSentIn(SessionId session, PendingRequest operation)
    {
        if (operation is PendingSend send)
            _setting.Checks.Rooms.OnSent(session, send.Text);
        else if (operation is PendingChange { Operation.Action: not KeyAction.Delete } change)
            _setting.Checks.Keys.OnSent(session, change.Operation.Piece.Token);
    }

    private void OnResult(PendingRequest operation, in Completion completion)
    {
        Completed++;
        if (completion.Outcome == Outcome.Rejected)
        {
            if (operation is PendingChange rejected)
                _keys.OnRejected(rejected);
            return;
        }

        if (operation is PendingSend send)
            _setting.Checks.Rooms.OnAcknowledged(send.Room, _setting.Number, send.Invoked, send.Text, SendMessageResult.Decode(completion.Payload.Span).Number);
        else
            _keys.OnDone((PendingChange)operation, KeyResult.Decode(completion.Payload.Span));
        if (operation.IsBehindFailure)
            _setting.Checks.Violations.Report("C9", $"client {_setting.Number} sends {operation.Name}, although a request of its stream had failed before it was issued");
    }

    private void OnNotApplied(PendingRequest operation, in Completion completion, long ranFor)
    {
        // What follows in a stream is judged by what it follows.
        _isInDoubt |= operation.IsInDoubt;
        if (operation.IsInDoubt || (_isInDoubt && _setting.Options.Core.StopAtFailure))
        {
            GiveUp(operation);
            return;
        }

        if (operation is PendingChange { Operation.Action: KeyAction.Delete } delete)
            _keys.OnDeleteNotApplied(delete);
        else
            _setting.Checks.Honesty.OnNotApplied(_setting.Number, operation.Command);
        if (completion.Outcome == Outcome.NotTaken && ranFor - operation.InvokedAfter < (operation.Timeout * 1000) - ClockSlack)
            _setting.Checks.Violations.Report("C10", $"client {_setting.Number} gives {operation.Name} up after it has run for {ranFor - operation.InvokedAfter} us; it may take {operation.Timeout} ms");
    }

    private void GiveUp(PendingRequest operation)
    {
        if (operation is PendingChange change)
            _keys.OnGivenUp(change);
        else if (operation is PendingSend { Room: >= 0 } send)
            _setting.Checks.Rooms.OnGivenUp(send.Room, _setting.Number, send.Invoked, send.Text);
    }
}
