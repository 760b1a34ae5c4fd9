namespace PaxosShard.Simulator.Checks.Linearizability;

/// <summary>One operation on a key as a client saw it.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Invoked">When it was asked.</param>
/// <param name="Returned">When the answer came; <see cref="RoomOperation.NoAnswer"/> when none did: it may take effect at any later time, or never.</param>
/// <param name="Action">What was asked.</param>
public sealed record KeyOperation(int Client, long Invoked, long Returned, KeyAction Action)
{
    /// <summary>What it writes; nothing when it only reads or deletes.</summary>
    public KeyPiece Piece { get; init; }

    /// <summary>What a <see cref="KeyAction.CompareAndSet"/> expects.</summary>
    public KeyState Expected { get; init; }

    /// <summary>The answer.</summary>
    public KeyAnswer Answer { get; init; }

    /// <summary>The value in the answer, of a read or of a mismatch.</summary>
    public KeyState Found { get; init; }

    /// <summary>Its place in the order in which the log brought the changes, from 1; 0 for a read, and for a change that never ran.</summary>
    public long Place { get; init; }

    /// <summary>The outcome is unknown.</summary>
    public bool IsUnknown => Returned == RoomOperation.NoAnswer;
}

/// <summary>What can be asked of a key.</summary>
public enum KeyAction
{
    /// <summary>To read it.</summary>
    Get,

    /// <summary>To store a value, whatever is there.</summary>
    Put,

    /// <summary>To put bytes behind what is there.</summary>
    Append,

    /// <summary>To take it away.</summary>
    Delete,

    /// <summary>To store a value if what is there is what is expected.</summary>
    CompareAndSet,
}

/// <summary>What is answered.</summary>
public enum KeyAnswer
{
    /// <summary>Nothing was.</summary>
    None,

    /// <summary>It did what it says.</summary>
    Done,

    /// <summary>The key is not there.</summary>
    Missing,

    /// <summary>Something else is there than what was expected.</summary>
    Mismatch,

    /// <summary>There is no space for it: nothing changed.</summary>
    Rejected,
}
