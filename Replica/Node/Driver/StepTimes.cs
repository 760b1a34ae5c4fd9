using System.Globalization;
using HdrHistogram;
using NLog;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// How long the steps of the core take: while one is made nothing else is answered, however large the state is. Counted by the clock, which is what clients wait, and by the
/// processor time of the thread, which is what the core needs: between the two are other threads, collections, and pauses of the machine. The second is never too short, and may be too long by
/// <see cref="ThreadClock.Precision"/>. Written to the log when the replica ends. Used by the driver's thread alone.
/// </summary>
/// <param name="replica">This replica.</param>
/// <param name="time">The clock.</param>
/// <param name="processor">The processor time of the driver's thread.</param>
internal sealed class StepTimes(ReplicaId replica, TimeProvider time, ThreadClock processor)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(StepTimes));

    private readonly Distribution _byClock = new();
    private readonly Distribution _byProcessor = new();
    private long _began;
    private TimeSpan _hadBefore;

    /// <summary>A step begins.</summary>
    public void Begin()
    {
        _began = time.GetTimestamp();
        _hadBefore = processor.Recent(_began);
    }

    /// <summary>The core has made the step; what it wants done is not carried out yet.</summary>
    public void End()
    {
        TimeSpan taken = time.GetElapsedTime(_began);
        _byClock.Add(taken);
        _byProcessor.Add(taken < ThreadClock.Precision ? taken : TimeSpan.FromTicks(Math.Min(taken.Ticks, (processor.Now - _hadBefore).Ticks)));
    }

    /// <summary>Writes the distributions to the log.</summary>
    public void Log() => _log.Info("{Replica} made {Steps:l}", replica, this);

    /// <summary>The distributions, in milliseconds.</summary>
    public override string ToString() => $"{_byClock.Count} steps of the core: {_byClock}; in processor time {_byProcessor}";

    private sealed class Distribution
    {
        /// <summary>A step that is longer is counted apart: about as long as a tick, and as a slow sync.</summary>
        private static readonly TimeSpan _long = TimeSpan.FromMilliseconds(5);

        private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

        private readonly LongHistogram _microseconds = new((long)_longest.TotalMicroseconds, numberOfSignificantValueDigits: 2);
        private long _longSteps;

        public long Count => _microseconds.TotalCount;

        public void Add(TimeSpan taken)
        {
            if (taken > _long)
                _longSteps++;
            _microseconds.RecordValue((long)Math.Min(taken.TotalMicroseconds, _longest.TotalMicroseconds));
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"half of them within {Within(50)} ms, 99 % within {Within(99)} ms, 99.9 % within {Within(99.9)} ms, {_longSteps} above {_long.TotalMilliseconds} ms, the longest {Within(100)} ms");

        private double Within(double percentile) =>
            Count == 0 ? 0 : Math.Round(_microseconds.GetValueAtPercentile(percentile) / 1000.0, 2);
    }
}
