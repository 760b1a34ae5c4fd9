using PaxosShard.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Requests;

/// <summary>One command on its way into the log, from the call to its outcome.</summary>
/// <param name="command">The encoded command; the same bytes in every copy (rule 9).</param>
/// <param name="timeout">How long it may take, in milliseconds from when it is taken in; null: for ever. It is never late before those in front of it.</param>
/// <param name="caller">What the caller keeps with it.</param>
public sealed class Request(ReadOnlyMemory<byte> command, long? timeout, object? caller = null) : Call(caller)
{
    // Behind all that there are: what is meant for a group has an order of its own.
    private static readonly Arc _noArc = new(Arc.Count);
    private Arc _arc = Arc.Of(CommandPart.NameIn(command.Span));
    private Request? _before;
    private long _releasedOfBefore;

    // How many of its commands have had their results and been released. Counted in the step that does it: from then on nothing here looks at it, whoever lets it stand for another one meanwhile, on whichever thread.
    private long _released;

    /// <summary>It waits for space instead of being refused when too many wait already.</summary>
    public bool WaitsForRoom { get; init; }

    /// <summary>The group that is meant, because the command is about no key and no room; null: the one that serves the name in the command's head.</summary>
    public GroupId? Group { get; init; }

    /// <summary>The encoded command.</summary>
    public ReadOnlyMemory<byte> Command { get; private set; } = command;

    /// <summary>It has its result, and nothing is kept of it: neither the command, which is not looked at any more, nor itself, which may stand for another one. True only of one of which one copy was sent.</summary>
    public bool IsReleased { get; private set; }

    // Requests on one arc run in the order of their numbers; those on two arcs have none.
    internal Arc Arc => Group is null ? _arc : _noArc;

    internal long? Timeout { get; private set; } = timeout;

    // It is not waiting for space, and its time has begun.
    internal bool IsTakenIn { get; set; }

    internal long Deadline { get; set; } = long.MaxValue;

    // Given when it enters the window, so that what never entered leaves no gap.
    internal SequenceNumber Sequence { get; set; }

    // Chosen when its number is first sent, and never changed for that number; 0 before.
    internal long Expiry { get; set; }

    // The nearest request on its arc that stood in the window when it entered; null when there was none, or it is of no interest any more: one that was released has its result.
    internal Request? Before
    {
        get => _before is { } before && before._released == _releasedOfBefore ? before : null;
        set => (_before, _releasedOfBefore) = (value, value?._released ?? 0);
    }

    internal RequestState State { get; set; }

    // A copy left on a connection that ended, or was sent again, before an answer came: that copy may run at any time.
    internal bool MayHaveBeenTaken { get; set; }

    // Its place among those that wait for space or for the window; null when it is at neither.
    internal LinkedListNode<Request>? Place { get; set; }

    // It was taken out and never runs: no successor may name it as the one before.
    internal bool IsSkipped { get; set; }

    // Its caller was told that the outcome is unknown: the mark may pass it.
    internal bool IsAbandoned { get; set; }

    // When the first copy on the present connection was sent.
    internal long FirstSentAt { get; set; }

    internal long SentAt { get; set; }

    // Copies that were sent, wherever.
    internal long Copies { get; private set; }

    /// <summary>Makes a request that was released one that has not begun, for another command; it waits for space, or not, and is meant for a group, or not, as before.</summary>
    /// <param name="command">As in the constructor.</param>
    /// <param name="timeout">As in the constructor.</param>
    /// <param name="caller">As in the constructor.</param>
    /// <exception cref="InvalidOperationException">It was not released.</exception>
    public void StandFor(ReadOnlyMemory<byte> command, long? timeout, object? caller)
    {
        if (!IsReleased)
            throw new InvalidOperationException("something is kept of this request");
        IsReleased = false;
        IsCompleted = false;
        Caller = caller;
        Command = command;
        Timeout = timeout;
        _arc = Arc.Of(CommandPart.NameIn(command.Span));
        IsTakenIn = false;
        Deadline = long.MaxValue;
        IsAbandoned = false;
        Copies = 0;
        StartOver();
    }

    // It has its result, and nothing is kept of it: nor does it keep anything of the client that drove it.
    internal void Release()
    {
        IsReleased = true;
        Holder = null;
        _released++;
    }

    // One more copy of it, to be sent.
    internal ClientRequest Copy(SessionId session, SequenceNumber previous, SequenceNumber acknowledgedBelow)
    {
        Copies++;
        return new ClientRequest(session, Sequence, previous, acknowledgedBelow, Command) { Expiry = Expiry };
    }

    // It gets another number, in another session: no copy of it can have been taken. Its time goes on.
    internal void StartOver()
    {
        State = RequestState.New;
        Sequence = SequenceNumber.None;
        Expiry = 0;
        Before = null;
        MayHaveBeenTaken = false;
        IsSkipped = false;
        FirstSentAt = 0;
        SentAt = 0;
    }

    // Certainly not applied, now and later: every copy was refused, or there was none.
    internal bool CertainlyNotApplied =>
        !MayHaveBeenTaken && State is RequestState.New or RequestState.Waiting or RequestState.Ready;
}

/// <summary>Where a request stands.</summary>
internal enum RequestState
{
    /// <summary>Waits for space, or is not begun yet.</summary>
    New,

    /// <summary>Waits for a place in the window; has no number yet.</summary>
    Waiting,

    /// <summary>Has its number and waits to be sent, for the first time or once more.</summary>
    Ready,

    /// <summary>A copy is under way on the present connection.</summary>
    Sent,

    /// <summary>Its result arrived, or it was taken out.</summary>
    Done,
}
