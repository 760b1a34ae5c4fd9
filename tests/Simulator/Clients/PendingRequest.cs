using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Clients;

/// <summary>A request that is on its way into the log.</summary>
/// <param name="Command">The encoded command.</param>
/// <param name="Invoked">When it was issued.</param>
/// <param name="IsBehindFailure">It was issued when an earlier one of the same stream had failed: it must not be applied.</param>
internal abstract record PendingRequest(ReadOnlyMemory<byte> Command, long Invoked, bool IsBehindFailure)
{
    private bool _hasForeignCopies;

    /// <summary>What it is, in a few words.</summary>
    public abstract string Name { get; }

    /// <summary>For how long the client had run when it was issued, in virtual microseconds.</summary>
    public long InvokedAfter { get; init; }

    /// <summary>How long it may take, in milliseconds; null: for ever.</summary>
    public long? Timeout { get; init; }

    /// <summary>It waited for space and was taken in.</summary>
    public bool IsTakenIn { get; set; }

    /// <summary>How many copies of it were sent, or are going to be.</summary>
    public int Copies { get; set; }

    /// <summary>Copies that the client's core knows nothing of, and whose answers have not come.</summary>
    public int ForeignCopies { get; private set; }

    /// <summary>
    /// It was called expired, or its session was ended, and a copy that the client's core knows nothing of may have run: that the core calls it "not applied" is no
    /// lie of it, and need not be true.
    /// </summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>The copy that was sent last; null when none was.</summary>
    public ClientRequest? LastSent { get; set; }

    /// <summary>A copy was sent, or is going to be, that the client's core knows nothing of.</summary>
    public void AddForeignCopy()
    {
        Copies++;
        ForeignCopies++;
        _hasForeignCopies = true;
    }

    /// <summary>It was called expired, or its session was ended.</summary>
    public void OnExpired() => IsInDoubt |= _hasForeignCopies;

    /// <summary>A copy was refused.</summary>
    /// <returns>
    /// False when that may have been one that the core knows nothing of: it would take the refusal for that of its own copy, which may
    /// still run, so it is not told.
    /// </returns>
    public bool IsRefusalOfOwnCopy()
    {
        if (ForeignCopies == 0)
            return true;
        ForeignCopies--;
        return false;
    }
}
