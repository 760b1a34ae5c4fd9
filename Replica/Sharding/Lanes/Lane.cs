namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>
/// One thing that a <see cref="ShardDriver"/> is about. A lane has at most one call under way, does nothing until its pause is over, and pauses longer after each failure in a row. No lane waits for
/// another one: whatever fails or hangs holds up nothing else.
/// </summary>
/// <param name="name">What it is called, for people; no other lane of the driver is called so.</param>
internal abstract class Lane(string name)
{
    /// <summary>The first pause after a failure, and the one between questions of which the answer was "not yet"; milliseconds.</summary>
    public const long ShortPause = 20;

    /// <summary>The longest pause, milliseconds.</summary>
    public const long LongPause = 1000;

    private DriverCall? _underWay;
    private long _backOff = ShortPause;
    private long _pausedUntil;

    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>Why its last call failed; null once it got on, or has nothing to do.</summary>
    public string? Trouble { get; private set; }

    /// <summary>When its last call began.</summary>
    protected long BegunAt { get; private set; }

    /// <summary>Before this it begins nothing.</summary>
    protected virtual long ReadyAt => _pausedUntil;

    /// <summary>It waits for the answer to this call.</summary>
    public bool IsWaitingFor(DriverCall call) => ReferenceEquals(_underWay, call);

    /// <summary>Begins its next call, if there is one and it is time.</summary>
    /// <param name="now">The time, milliseconds.</param>
    /// <param name="calls">Gets the call.</param>
    public void Step(long now, List<DriverCall> calls)
    {
        if (_underWay is not null || now < ReadyAt)
            return;
        if (FindCall() is not { } call)
        {
            // Nothing is to be done: whatever failed is over.
            Succeed();
            return;
        }

        _underWay = call with { Lane = name };
        BegunAt = now;
        OnBegun(call);
        calls.Add(_underWay);
    }

    /// <summary>When <see cref="Step"/> begins a call, unless an answer comes before; <see cref="long.MaxValue"/>: only after one.</summary>
    public long NextStep(long now) => _underWay is null && FindCall() is not null ? Math.Max(now, ReadyAt) : long.MaxValue;

    /// <summary>The call under way is answered.</summary>
    public void Answer(object answer, long now)
    {
        DriverCall call = _underWay!;
        _underWay = null;
        OnAnswered(call, answer, now);
    }

    /// <summary>The call under way has failed.</summary>
    public void Fail(string reason, long now)
    {
        _underWay = null;
        Trouble = reason;
        _pausedUntil = now + _backOff;
        _backOff = Math.Min(2 * _backOff, LongPause);
        OnFailed();
    }

    /// <summary>What is to be done next; null for nothing. It changes nothing.</summary>
    protected abstract DriverCall? FindCall();

    /// <summary>A call begins.</summary>
    /// <param name="call">What <see cref="FindCall"/> found.</param>
    protected virtual void OnBegun(DriverCall call)
    {
    }

    /// <summary>A call was answered. Whoever got on by it says <see cref="Succeed"/>: a question that is answered before each failing command is no success.</summary>
    protected abstract void OnAnswered(DriverCall call, object answer, long now);

    /// <summary>A call has failed; the pause has begun.</summary>
    protected virtual void OnFailed()
    {
    }

    /// <summary>It got on: the pause after the next failure is short again.</summary>
    protected void Succeed()
    {
        Trouble = null;
        _backOff = ShortPause;
    }

    /// <summary>It does nothing for a while.</summary>
    protected void Pause(long now, long milliseconds) => _pausedUntil = now + milliseconds;
}
