using NLog;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>
/// A wall clock that is wrong on purpose: by an offset, and in every second interval by a jump besides. Monotonic time is the machine's. Wall clocks only bend the pace of log time, by
/// 1 % at most, and give the dates that people are shown (rule 9), so a group with such clocks serves like any other. Any thread.
/// </summary>
/// <param name="machine">The machine's clocks.</param>
/// <param name="options">The faults.</param>
internal sealed class WrongClock(TimeProvider machine, FaultOptions options) : TimeProvider
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(WrongClock));

    private readonly long _start = machine.GetTimestamp();

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    private bool HasJumped => (long)(machine.GetElapsedTime(_start) / options.ClockJumpEvery) % 2 != 0;

    /// <summary>The clocks to use: the machine's own, unless a fault concerns them. A wrong clock is noted in the log, because little else shows that this is a drill.</summary>
    /// <param name="machine">The machine's clocks.</param>
    /// <param name="options">The faults, checked.</param>
    public static TimeProvider Of(TimeProvider machine, FaultOptions options)
    {
        if (options.ClockOffset == TimeSpan.Zero && options.ClockJump == TimeSpan.Zero)
            return machine;
        _log.Warn(
            "The wall clock is wrong on purpose by {Offset}, and by {Jump} more in every second interval of {Every}", options.ClockOffset, options.ClockJump, options.ClockJumpEvery);
        return new WrongClock(machine, options);
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + options.ClockOffset + (HasJumped ? options.ClockJump : TimeSpan.Zero);
}
