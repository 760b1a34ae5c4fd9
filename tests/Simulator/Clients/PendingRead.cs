namespace PaxosShard.Simulator.Clients;

/// <summary>A read that is under way.</summary>
/// <param name="Room">Which room.</param>
/// <param name="Invoked">When it was issued.</param>
/// <param name="ToldBefore">What anybody had been told of the room by then.</param>
/// <param name="From">First number wanted.</param>
internal sealed record PendingRead(int Room, long Invoked, long ToldBefore, long From)
{
    /// <summary>For how long the client had run when it was issued, in virtual microseconds.</summary>
    public long InvokedAfter { get; init; }

    /// <summary>How long it may take, in milliseconds; null: for ever.</summary>
    public long? Timeout { get; init; }
}
