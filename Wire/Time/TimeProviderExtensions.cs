namespace PaxosShard.Wire.Time;

/// <summary>The machine's monotonic time in the unit that deadlines are counted in.</summary>
public static class TimeProviderExtensions
{
    /// <summary>Milliseconds since some moment in the past.</summary>
    public static long Milliseconds(this TimeProvider time) => (long)time.GetElapsedTime(0).TotalMilliseconds;
}
