using System.Diagnostics;

namespace PaxosShard.Client.Links;

/// <summary>
/// The calls of a link that have ended, and whose callers have not gone on yet. Callers never go on within a step, nor on a thread that the link needs: those whose calls ended together go on one after the other
/// (<see cref="CallBatch"/>), and what they ask then goes into one step. Safe from any thread.
/// </summary>
/// <param name="goOn">Takes in what callers asked who have gone on.</param>
/// <param name="longest">How long one of them may keep the others, in ticks of the stopwatch; two milliseconds when null.</param>
internal sealed class EndedCalls(Action goOn, long? longest = null)
{
    private readonly long _longest = longest ?? Stopwatch.Frequency / 500;
    private readonly Lock _gate = new();
    private readonly List<CallBatch> _running = [];
    private CallBatch? _waiting;
    private CallBatch? _spare;
    private bool _isClosed;

    /// <summary>A call has ended; only within a step.</summary>
    public void Add(in EndedCall call)
    {
        lock (_gate)
        {
            _waiting ??= _spare ?? new CallBatch(this, _longest);
            _spare = null;
            _waiting.Add(call);
        }
    }

    /// <summary>The callers go on, on this thread, which has nothing else to do however long that takes.</summary>
    public void ResumeHere()
    {
        while (Take() is { } batch)
            Run(batch);
    }

    /// <summary>The callers go on, on a thread of the pool.</summary>
    public void ResumeSoon()
    {
        if (Take() is { } batch)
            ThreadPool.UnsafeQueueUserWorkItem(batch, preferLocal: false);
    }

    /// <summary>Runs a batch that was taken, and then those that have come meanwhile.</summary>
    public void RunAll(CallBatch batch)
    {
        Run(batch);
        ResumeHere();
    }

    /// <summary>Some milliseconds have passed: a batch that was there before is late, because one in it blocks or has much to do, and nobody waits for that one any more.</summary>
    public void OnTick()
    {
        lock (_gate)
        {
            foreach (CallBatch batch in _running)
                batch.OnTick();
        }
    }

    /// <summary>Nobody ticks any more: from now on each caller goes on by itself.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (CallBatch batch in _running)
                batch.HandOut();
        }
    }

    /// <summary>This thread is within a batch of these calls, and others come behind: what is asked now is taken in with what they ask.</summary>
    public bool IsBehind() => CallBatch.IsBehind(this);

    /// <summary>This thread is at the last call of a batch of these, and asks something for the first time since.</summary>
    public bool IsLastHere() => CallBatch.IsLastHere(this);

    private CallBatch? Take()
    {
        lock (_gate)
        {
            if (_waiting is not { } batch)
                return null;
            _waiting = null;
            if (_isClosed)
            {
                batch.HandOut();
                return null;
            }

            _running.Add(batch);
            return batch;
        }
    }

    private void Run(CallBatch batch)
    {
        batch.Run();
        lock (_gate)
        {
            _running.Remove(batch);
            if (batch.TryClear())
                _spare = batch;
        }

        goOn();
    }
}
