namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>Each second of a measurement: how many answers came in it and how long they took; and the longest time in which none came. One thread at a time.</summary>
/// <param name="length">How long it is.</param>
internal sealed class SecondBySecond(TimeSpan length)
{
    private readonly List<BenchSecond> _seconds = [];
    private LatencyHistogram _present = new(isShared: false);
    private TimeSpan _last;
    private TimeSpan _longestGap;

    /// <summary>An answer came.</summary>
    /// <param name="passed">How long the measurement has gone on.</param>
    /// <param name="latency">How long it took.</param>
    public void Add(TimeSpan passed, TimeSpan latency)
    {
        End((int)passed.TotalSeconds);
        _present.Add(latency);
        Note(passed);
    }

    /// <summary>The seconds, the last one perhaps a part of one; nothing may come any more.</summary>
    public IReadOnlyList<BenchSecond> Seconds()
    {
        End((int)Math.Ceiling(length.TotalSeconds));
        return _seconds;
    }

    /// <summary>The longest time without an answer, the beginning and the end included; nothing may come any more.</summary>
    public TimeSpan LongestGap()
    {
        Note(length);
        return _longestGap;
    }

    // Those from two threads may come in the wrong order by some microseconds.
    private void Note(TimeSpan passed)
    {
        if (passed <= _last)
            return;
        if (passed - _last > _longestGap)
            _longestGap = passed - _last;
        _last = passed;
    }

    private void End(int second)
    {
        while (_seconds.Count < second)
        {
            _seconds.Add(new BenchSecond(_seconds.Count, _present.Count, _present.Quantile(0.5), _present.Quantile(0.99), _present.Longest));
            _present = new LatencyHistogram(isShared: false);
        }
    }
}

/// <summary>One second of a measurement.</summary>
/// <param name="Number">Which one, from 0.</param>
/// <param name="Count">Answers in it.</param>
/// <param name="Median">What half of them were not above.</param>
/// <param name="P99">What 99 of 100 were not above.</param>
/// <param name="Worst">The longest.</param>
internal readonly record struct BenchSecond(int Number, long Count, TimeSpan Median, TimeSpan P99, TimeSpan Worst);
