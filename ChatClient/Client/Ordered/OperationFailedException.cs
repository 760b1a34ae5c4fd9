namespace PaxosShard.Client.Ordered;

/// <summary>
/// An operation of an ordered session was certainly not applied and never will be: it was called off or came to nothing in time, or one before it was not applied. Everything behind it that had begun fails with it; what
/// begins later does not.
/// </summary>
/// <param name="reason">Why, as a sentence.</param>
/// <param name="number">As for <see cref="Number"/>.</param>
/// <param name="firstFailed">As for <see cref="FirstFailed"/>.</param>
public sealed class OperationFailedException(string reason, long number, long firstFailed) : NotAppliedException(reason)
{
    /// <summary>The number of the operation in its session, from 1 in the order of the calls.</summary>
    public long Number { get; } = number;

    /// <summary>The number of the first operation that failed: everything before it has taken effect, or has a result of its own.</summary>
    public long FirstFailed { get; } = firstFailed;
}
