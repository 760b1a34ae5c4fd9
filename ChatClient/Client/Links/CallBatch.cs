using System.Diagnostics;

namespace PaxosShard.Client.Links;

/// <summary>
/// Calls that have ended together. Their callers go on one after the other on one thread, and what they ask is taken in together behind them. Whoever in it blocks, or takes long, keeps the others for some
/// milliseconds at most: the rest is then handed out, each to the pool.
/// </summary>
/// <param name="owner">Whose calls they are.</param>
/// <param name="longest">How long one of them may keep the others, in ticks of the stopwatch.</param>
internal sealed class CallBatch(EndedCalls owner, long longest) : IThreadPoolWorkItem
{
    private const int NothingLeft = int.MaxValue / 2;
    private const int LargestKept = 4096;

    [ThreadStatic]
    private static CallBatch? _current;

    [ThreadStatic]
    private static bool _isLast;

    private readonly List<EndedCall> _calls = [];
    private int _next;
    private bool _wasTicked;
    private volatile bool _isHandedOut;

    /// <summary>This thread is within a batch of an owner, and others come behind.</summary>
    public static bool IsBehind(EndedCalls owner) => _current is { _isHandedOut: false } batch && batch.IsOf(owner) && !_isLast;

    /// <summary>This thread is at the last call of a batch of an owner; true once for each batch.</summary>
    public static bool IsLastHere(EndedCalls owner)
    {
        if (!_isLast || _current is not { _isHandedOut: false } batch || !batch.IsOf(owner))
            return false;
        _isLast = false;
        _current = null;
        return true;
    }

    /// <summary>One more; before it runs.</summary>
    public void Add(in EndedCall call) => _calls.Add(call);

    /// <summary>Lets the callers go on, on this thread.</summary>
    public void Run()
    {
        long begun = Stopwatch.GetTimestamp();
        for (int index = Interlocked.Increment(ref _next) - 1; index < _calls.Count; index = Interlocked.Increment(ref _next) - 1)
        {
            _current = this;
            _isLast = index == _calls.Count - 1;
            _calls[index].Resume();
            if (!_isLast && Stopwatch.GetTimestamp() - begun > longest)
                HandOut();
        }

        _current = null;
        _isLast = false;
    }

    /// <summary>Some milliseconds have passed while it ran.</summary>
    public void OnTick()
    {
        if (_wasTicked)
            HandOut();
        _wasTicked = true;
    }

    /// <summary>Gives those that have not gone on to the pool, one by one. What the one that goes on now asks is taken in at once from here on.</summary>
    public void HandOut()
    {
        _isHandedOut = true;
        for (int index = Interlocked.Exchange(ref _next, NothingLeft); index < _calls.Count; index++)
            ThreadPool.UnsafeQueueUserWorkItem(static call => call.Resume(), _calls[index], preferLocal: false);
    }

    /// <summary>Empties it, to be used again; false when it cannot be.</summary>
    public bool TryClear()
    {
        if (_isHandedOut || _calls.Capacity > LargestKept)
            return false;
        _calls.Clear();
        _next = 0;
        _wasTicked = false;
        return true;
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => owner.RunAll(this);

    private bool IsOf(EndedCalls other) => owner == other;
}
