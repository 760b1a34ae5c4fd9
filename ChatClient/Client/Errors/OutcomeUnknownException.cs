using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// A copy of the request left and nothing came back: it may have been applied, or may still be. Sending the same message
/// under the same session and number (<see cref="ClientOptions.Resume"/>) is safe and tells.
/// </summary>
/// <param name="reason">Why, as a sentence.</param>
/// <param name="session">The session of the request.</param>
/// <param name="sequence">Its number.</param>
/// <param name="inner">What ended the wait, if anything did.</param>
public sealed class OutcomeUnknownException(string reason, SessionId session, SequenceNumber sequence, Exception? inner = null)
    : Exception(reason, inner)
{
    /// <summary>The session of the request.</summary>
    public SessionId Session { get; } = session;

    /// <summary>The number of the request within its session.</summary>
    public SequenceNumber Sequence { get; } = sequence;
}
