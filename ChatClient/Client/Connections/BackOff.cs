namespace PaxosShard.Client;

/// <summary>Pauses that double from a first to a last, each between half and all of its length, so that clients do not come in step.</summary>
/// <param name="first">The first pause.</param>
internal sealed class BackOff(TimeSpan first)
{
    private int _doublings;

    /// <summary>The next pause.</summary>
    /// <param name="last">The longest pause.</param>
    public TimeSpan Next(TimeSpan last)
    {
        TimeSpan pause = first * (1L << _doublings);
        if (pause < last)
            _doublings++;
        else
            pause = last;
#pragma warning disable CA5394 // Jitter is no secret.
        return pause * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }

    /// <summary>Starts from the first again.</summary>
    public void Reset() => _doublings = 0;
}
