using System.Diagnostics;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>When acknowledgements came, and from that how long there were none around a fault. Safe from any thread.</summary>
internal sealed class AcknowledgementTimes
{
    private readonly Lock _gate = new();
    private readonly List<long> _times = [];

    /// <summary>Acknowledgements so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _times.Count;
        }
    }

    /// <summary>One came now.</summary>
    public void Add() => Add(Stopwatch.GetTimestamp());

    /// <summary>One came then.</summary>
    public void Add(long timestamp)
    {
        lock (_gate)
            _times.Add(timestamp);
    }

    /// <summary>The longest time without an acknowledgement that touches an interval.</summary>
    /// <param name="from">Where the interval begins, as a timestamp: the fault.</param>
    /// <param name="to">Where it ends.</param>
    public TimeSpan LongestGap(long from, long to)
    {
        lock (_gate)
        {
            long[] times = [.. _times.Order()];
            long longest = 0;
            long last = times.LastOrDefault(time => time < from, from);
            foreach (long time in times.Where(time => time >= from).Append(long.MaxValue))
            {
                longest = Math.Max(longest, Math.Min(time, Math.Max(to, last)) - last);
                if (time >= to)
                    break;
                last = time;
            }
            return Stopwatch.GetElapsedTime(0, longest);
        }
    }
}
