namespace PaxosShard.Client;

/// <summary>The machine's monotonic time in the unit that this library counts in.</summary>
internal static class TimeProviderExtensions
{
    /// <summary>Milliseconds since some moment in the past.</summary>
    public static long Milliseconds(this TimeProvider time) => (long)time.GetElapsedTime(0).TotalMilliseconds;
}
