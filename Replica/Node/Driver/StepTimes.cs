using System.Globalization;
using HdrHistogram;
using NLog;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// How long the steps of the core take: while one is made nothing else is answered, however large the state is. Counted by the clock, which is what clients wait, and by the
/// processor time of the thread, which is what the core needs: between the two are other threads, collections, and pauses of the machine. Written to the log when the replica
/// ends. Used by the driver's thread alone.
/// </summary>
/// <param name="replica">This replica.</param>
/// <param name="time">The clock.</param>
/// <param name="threadTime">The processor time of the present thread.</param>
internal sealed class StepTimes(ReplicaId replica, TimeProvider time, Func<TimeSpan> threadTime)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(StepTimes));

    private readonly Distribution _byClock = new();
    private readonly Distribution _byProcessor = new();
    private long _began;
    private TimeSpan _hadBefore;

    /// <summary>A step begins.</summary>
    public void Begin()
    {
        _hadBefore = threadTime();
        _began = time.GetTimestamp();
    }

    /// <summary>The core has made the step; what it wants done is not carried out yet.</summary>
    public void End()
    {
        _byClock.Add(time.GetElapsedTime(_began));
        _byProcessor.Add(threadTime() - _hadBefore);
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
