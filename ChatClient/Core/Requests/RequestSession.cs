using PaxosShard.Client.Core.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Requests;

/// <summary>The session of some requests, and until when each of its numbers may run (rule 9).</summary>
/// <param name="retried">The first request was sent before, by somebody else and under this name; null when it was not.</param>
/// <param name="sessions">Where further sessions come from.</param>
/// <param name="expiries">Log time.</param>
internal sealed class RequestSession(RequestName? retried, SessionSource sessions, ExpiryClock expiries)
{
    private readonly List<Request> _sentBefore = [];
    private RequestName? _retried = retried;

    /// <summary>
    /// Those with a number of which copies may have been sent before by somebody else, in their order, also those that have ended; no more than a window has, and none once there
    /// is a connection to a primary.
    /// </summary>
    public IReadOnlyList<Request> SentBefore => _sentBefore;

    /// <summary>Its identity; none before the first request has a place.</summary>
    public SessionId Id { get; private set; } = retried?.Session ?? SessionId.None;

    /// <summary>A request is about to get a number: a session is drawn if there is none.</summary>
    public void Open()
    {
        if (Id != SessionId.None)
            return;
        Id = sessions.Draw();
        expiries.Restart();
    }

    /// <summary>It is over: the next request draws another one.</summary>
    public void End()
    {
        Id = SessionId.None;
        _retried = null;
        _sentBefore.Clear();
    }

    /// <summary>Begins with a request that was sent before, by somebody else; nothing may have a number yet.</summary>
    public void Retry(RequestName name)
    {
        _retried = name;
        Id = name.Session;
    }

    /// <summary>What it is known by in the log.</summary>
    public RequestName NameOf(Request request) => new(Id, request.Sequence, request.Expiry);

    /// <summary>A request has its number. Copies of it may have been sent before, by somebody who does not know what became of them.</summary>
    public void OnNumbered(Request request)
    {
        if (!IsRetried(request.Sequence))
            return;
        _sentBefore.Add(request);
        request.MayHaveBeenTaken = true;
        request.Expiry = ExpiryOf(request.Sequence);
    }

    /// <summary>It is known to which group they go: their numbers are for good.</summary>
    public void OnConnected() => _sentBefore.Clear();

    /// <summary>
    /// The expiry of a number that is sent first. Whatever a window behind a retried request may have been sent before keeps the expiry of that one, which is
    /// the lowest of theirs: while it lasts the session lasts too, so that nothing of it runs twice.
    /// </summary>
    public long ExpiryOf(SequenceNumber sequence)
    {
        if (!IsRetried(sequence))
            return expiries.Next();
        expiries.OnGiven(_retried!.Value.Expiry);
        return _retried.Value.Expiry;
    }

    private bool IsRetried(SequenceNumber sequence) =>
        _retried is { } name && sequence.Number < name.Sequence.Number + ClientCoreOptions.LargestWindow;
}
