namespace PaxosShard.Client.Histories.Ordered;

/// <summary>Tells an operation apart: a copy that is sent again has the same name.</summary>
/// <param name="Session">Whose it is.</param>
/// <param name="Number">Its place in the order in which the session issued its operations.</param>
public readonly record struct OrderedName(int Session, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Session}.{Number}";
}

/// <summary>One operation of a session that issues its operations without waiting for the answers to those before.</summary>
/// <param name="Number">Its place in the order in which its session issued them; numbers grow, and none is used twice.</param>
/// <param name="Key">The key or the room that it is about, on whatever shard; a message to a room is an <see cref="KeyAction.Append"/>.</param>
/// <param name="Call">What was asked and answered, and when by one clock; its client is the session. <see cref="KeyOperation.Place"/> is not looked at.</param>
public sealed record OrderedOperation(long Number, string Key, KeyOperation Call)
{
    /// <summary>The program was told, at the time of return, that it had not taken effect and never would.</summary>
    public bool HasFailed { get; init; }

    /// <summary>The number that a room gave to a message; 0 when none was told.</summary>
    public long MessageNumber { get; init; }

    /// <summary>Tells it apart.</summary>
    public OrderedName Name => new(Call.Client, Number);

    /// <summary>It was answered with a result, be it that there was nothing to do.</summary>
    public bool IsAnswered => !HasFailed && !Call.IsUnknown;

    /// <inheritdoc/>
    public override string ToString()
    {
        string what = Call.Action switch
        {
            KeyAction.Get or KeyAction.Delete => "",
            KeyAction.CompareAndSet => $" from {Call.Expected} to {Call.Piece.Token}",
            _ => $" {Call.Piece.Token}",
        };
        return $"{Name} ({Call.Action} {Key}{what}: {Told()}, {Call.Invoked}-{(Call.IsUnknown ? "" : Call.Returned)})";
    }

    private string Told()
    {
        if (HasFailed)
            return "failed";
        if (Call.IsUnknown)
            return "unknown";
        string number = MessageNumber == 0 ? "" : $" as number {MessageNumber}";
        return Call.Found.IsAbsent ? $"{Call.Answer}{number}" : $"{Call.Answer} with {Call.Found}";
    }
}
