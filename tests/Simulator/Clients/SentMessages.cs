using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Clients;

/// <summary>The messages that a client sends: made here, observed on their way, and held against what the client is told of them.</summary>
internal sealed class SentMessages
{
    // The clock of a client stands for up to one of its steps before it notices how late it is.
    private const long ClockSlack = 120_000;

    private readonly ClientSetting _setting;
    private readonly Dictionary<ulong, PendingSend> _underWay = [];
    private readonly byte[][] _templates;
    private long _texts;
    private bool _hasFailed;

    public SentMessages(ClientSetting setting)
    {
        _setting = setting;
        _templates = new byte[setting.Options.Rooms][];
        for (int room = 0; room < _templates.Length; room++)
            _templates[room] = Texts.Template(setting.Number, room, setting.Options.TextBytes);
    }

    /// <summary>Messages under way.</summary>
    public int Count => _underWay.Count;

    /// <summary>Messages that ended well.</summary>
    public long Completed { get; private set; }

    /// <summary>It is a stream that has failed: nothing more of it is taken.</summary>
    public bool IsBroken => _hasFailed && _setting.Options.Core.StopAtFailure;

    /// <summary>A new message to a random room, or now and then one that breaks a rule.</summary>
    /// <param name="ranFor">For how long the client has run.</param>
    /// <param name="timeout">How long it may take, in milliseconds; null: for ever.</param>
    public Request Issue(long ranFor, long? timeout)
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
        _underWay.Add(ContentHash.Of(command), operation);
        return new Request(command, timeout, operation) { WaitsForRoom = _setting.Options.WaitsForRoom };
    }

    /// <summary>A copy leaves; the message it is a copy of.</summary>
    public PendingSend? OnSent(ClientRequest request)
    {
        _setting.Checks.Requests.OnSent(request);
        if (request.Session == SessionId.None || !_underWay.TryGetValue(ContentHash.Of(request.Command.Span), out PendingSend? operation))
            return null;
        if (operation.LastSent?.Session != request.Session)
            _setting.Checks.Rooms.OnSent(request.Session, operation.Text);
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
        foreach (PendingSend operation in _underWay.Values)
        {
            if (operation.LastSent is not { } sent || sent.Session != reply.Session || sent.Sequence != reply.Sequence)
                continue;
            if (reply.Status is ReplyStatus.Stale or ReplyStatus.DifferentCommand or ReplyStatus.Malformed)
                _setting.Checks.Violations.Report("C4", $"client {_setting.Number} gets {reply.Status} for {reply.Session} {reply.Sequence}, which it still waits for");
            bool isRefusal = reply.Status is ReplyStatus.Redirect or ReplyStatus.Busy or ReplyStatus.NoQuorum or ReplyStatus.OutOfOrder;
            return !isRefusal || operation.IsRefusalOfOwnCopy();
        }

        return true;
    }

    /// <summary>The client is told how a message ended.</summary>
    /// <returns>The message when it has its result.</returns>
    public PendingSend? OnCompleted(in Completion completion, long ranFor)
    {
        PendingSend operation = (PendingSend)completion.Call.Caller!;
        if (!_underWay.Remove(ContentHash.Of(operation.Command.Span)))
        {
            _setting.Checks.Violations.Report("C8", $"client {_setting.Number} is told twice of text {operation.Text:x}");
            return null;
        }

        bool wasTakenIn = completion.Outcome != Outcome.CalledOff || operation.IsTakenIn || !_setting.Options.WaitsForRoom;
        _hasFailed |= completion.Outcome != Outcome.Done && wasTakenIn;
        switch (completion.Outcome)
        {
            case Outcome.Done when operation.Room >= 0:
                OnDone(operation, SendMessageResult.Decode(completion.Payload.Span).Number);
                return operation;
            case Outcome.Rejected when operation.Room < 0:
                Completed++;
                return operation;
            case Outcome.Done or Outcome.Rejected:
                _setting.Checks.Violations.Report("C4", $"client {_setting.Number} is told {completion.Outcome} of text {operation.Text:x}: {completion.Reason}");
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
        foreach (PendingSend operation in _underWay.Values)
            GiveUp(operation);
        _underWay.Clear();
        _hasFailed = false;
    }

    private void OnDone(PendingSend operation, long number)
    {
        Completed++;
        _setting.Checks.Rooms.OnAcknowledged(operation.Room, _setting.Number, operation.Invoked, operation.Text, number);
        if (operation.IsBehindFailure)
            _setting.Checks.Violations.Report("C9", $"client {_setting.Number} sends text {operation.Text:x}, although a message of its stream had failed before it was issued");
    }

    private void OnNotApplied(PendingSend operation, in Completion completion, long ranFor)
    {
        _setting.Checks.Honesty.OnNotApplied(_setting.Number, operation.Command);
        if (completion.Outcome == Outcome.NotTaken && ranFor - operation.InvokedAfter < (operation.Timeout * 1000) - ClockSlack)
            _setting.Checks.Violations.Report("C10", $"client {_setting.Number} gives text {operation.Text:x} up after it has run for {ranFor - operation.InvokedAfter} us; it may take {operation.Timeout} ms");
    }

    private void GiveUp(PendingSend operation)
    {
        if (operation.Room >= 0)
            _setting.Checks.Rooms.OnGivenUp(operation.Room, _setting.Number, operation.Invoked, operation.Text);
    }
}
