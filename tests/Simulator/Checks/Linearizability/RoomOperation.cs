namespace PaxosShard.Simulator.Checks.Linearizability;

/// <summary>One operation on a room as a client saw it.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Invoked">When it was asked.</param>
/// <param name="Returned">When the answer came; <see cref="NoAnswer"/> when none did: it may take effect at any later time, or never.</param>
public abstract record RoomOperation(int Client, long Invoked, long Returned)
{
    /// <summary>The return time of an operation whose outcome is unknown.</summary>
    public const long NoAnswer = long.MaxValue;

    /// <summary>The outcome is unknown.</summary>
    public bool IsUnknown => Returned == NoAnswer;
}

/// <summary>A message.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Invoked">When it was asked.</param>
/// <param name="Returned">When the answer came.</param>
/// <param name="Text">What was sent, unique in the whole history.</param>
/// <param name="Number">The number the answer names; 0 when there is no answer.</param>
public sealed record SendOperation(int Client, long Invoked, long Returned, long Text, long Number)
    : RoomOperation(Client, Invoked, Returned);

/// <summary>A read that was answered.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Invoked">When it was asked.</param>
/// <param name="Returned">When the answer came.</param>
/// <param name="Last">Number of the room's last message, as the answer says; 0 for an empty room.</param>
/// <param name="First">Number of the first message in the answer.</param>
/// <param name="Texts">The messages in the answer, in their order; it may be only a part of the room.</param>
public sealed record ReadOperation(int Client, long Invoked, long Returned, long Last, long First, IReadOnlyList<long> Texts)
    : RoomOperation(Client, Invoked, Returned);
