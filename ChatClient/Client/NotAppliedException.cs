namespace PaxosShard.Client;

/// <summary>
/// The request was certainly not applied and never will be: no copy of it was sent, or every copy was refused (rule 9).
/// It may be sent again.
/// </summary>
/// <param name="reason">Why, as a sentence.</param>
public class NotAppliedException(string reason) : Exception(reason);

/// <summary>No primary could be reached in time; nothing was applied. The message names each address and what it said.</summary>
/// <param name="reason">What was tried, for how long.</param>
/// <param name="addresses">Each address with why it was of no use.</param>
public sealed class UnavailableException(string reason, IReadOnlyList<AddressFailure> addresses)
    : NotAppliedException(addresses.Count == 0 ? reason : $"{reason} ({string.Join("; ", addresses)})")
{
    /// <summary>Each address with why it was of no use.</summary>
    public IReadOnlyList<AddressFailure> Addresses { get; } = addresses;
}

/// <summary>Why an address was of no use.</summary>
/// <param name="Address">The address, <c>host:port</c>.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record AddressFailure(string Address, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}: {Reason}";
}

/// <summary>
/// A copy of the request left and nothing came back: it may have been applied, or may still be. Sending the same request with its token
/// (<see cref="ClientOptions.Retry"/>) before its lifetime is over is safe, and tells, unless this client has sent others since: what takes effect
/// behind one that was given up ends that one, and the token then tells that its result is gone.
/// </summary>
/// <param name="reason">Why, as a sentence.</param>
/// <param name="retry">By what it can be tried again; null when nothing is known to have left.</param>
/// <param name="inner">What ended the wait, if anything did.</param>
public sealed class OutcomeUnknownException(string reason, RetryToken? retry, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>By what the request can be tried again without taking effect twice; null when no copy is known to have left.</summary>
    public RetryToken? Retry { get; } = retry;
}

/// <summary>The room has no message of this number any more: the group keeps only so much of each room.</summary>
/// <param name="reason">Which message, as a sentence.</param>
/// <param name="firstLeft">As for <see cref="FirstLeft"/>.</param>
public sealed class TrimmedException(string reason, long firstLeft) : Exception(reason)
{
    /// <summary>The number of the first message that is left, from which a read or a follow could go on; that of the room's next one when none is.</summary>
    public long FirstLeft { get; } = firstLeft;
}

/// <summary>A rule of the log says no: nothing changed, and sending the same again gets the same answer.</summary>
/// <param name="reason">The rule, as a sentence.</param>
public sealed class RejectedException(string reason) : Exception(reason);
