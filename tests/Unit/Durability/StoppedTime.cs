namespace PaxosShard.Tests.Unit.Durability;

/// <summary>Time that passes only when a test says so.</summary>
internal sealed class StoppedTime : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now);

    public void Pass(TimeSpan time) => _now += time.Ticks;
}
