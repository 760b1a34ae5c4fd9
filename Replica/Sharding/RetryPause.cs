namespace PaxosShard.Replica.Sharding;

/// <summary>How long to wait between attempts: longer each time, up to a second, and by chance up to half of it less, so that many who wait for the same do not come together.</summary>
internal sealed class RetryPause
{
    /// <summary>The shortest one, before chance.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest one.</summary>
    public static readonly TimeSpan Last = TimeSpan.FromSeconds(1);

    private TimeSpan _next = First;

    /// <summary>The next pause.</summary>
    public TimeSpan Next()
    {
        TimeSpan pause = _next;
        _next = pause * 2 > Last ? Last : pause * 2;
        return pause * (1 - (Random.Shared.NextDouble() / 2));
    }

    /// <summary>An attempt succeeded: the next pause is short again.</summary>
    public void Reset() => _next = First;
}
