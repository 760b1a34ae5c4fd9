using System.Runtime.InteropServices;
using PaxosShard.Client.Core;
using PaxosShard.Wire.Time;

namespace PaxosShard.Client.Links;

/// <summary>
/// Gives a core what happens, one step at a time: who comes while a step is under way leaves what it brings and goes on, and all that was left goes into the next step together. What users bring is left to a
/// thread of the pool, so that what they ask until that one begins is one step; what connections bring is taken in at once, on their thread. Safe from any thread.
/// </summary>
internal sealed class CorePump : IThreadPoolWorkItem
{
    private const long Soon = 10;
    private const int LongestTurn = 64;

    private readonly ClientCore _core;
    private readonly TimeProvider _time;
    private readonly Action<ClientEffects> _carryOut;
    private readonly Action<Exception> _onFailure;
    private readonly Lock _gate = new();
    private readonly RunningClock _clock;
    private List<ClientInput> _inbox = [];
    private List<ClientInput> _step = [];
    private Func<bool>? _tick;
    private bool _isPumping;
    private bool _hasFailed;
    private long _nextCall = long.MinValue;
    private volatile bool _isSoon = true;

    /// <summary>A pump that has not begun.</summary>
    /// <param name="core">The core; nobody else touches it.</param>
    /// <param name="time">The machine's time.</param>
    /// <param name="carryOut">Does what a step asks for; never at the same time as another step.</param>
    /// <param name="onFailure">
    /// Told once, when a step failed, which is a fault of this library: the core was told to close, which may have failed too, and is not called any more.
    /// </param>
    public CorePump(ClientCore core, TimeProvider time, Action<ClientEffects> carryOut, Action<Exception> onFailure)
    {
        _core = core;
        _time = time;
        _carryOut = carryOut;
        _onFailure = onFailure;
        _clock = new RunningClock(time.Milliseconds(), ClientCoreOptions.Pauses);
        Ended = new EndedCalls(GoOn);
    }

    /// <summary>The calls that have ended in steps, and whose callers go on behind them.</summary>
    public EndedCalls Ended { get; }

    /// <summary>The core wants to be called within a few milliseconds.</summary>
    public bool IsSoon => _isSoon;

    /// <summary>What callers are told of a step that failed.</summary>
    public static string FailureText(Exception failure) => $"the client failed: {failure.Message}";

    /// <summary>
    /// A user wants something. It is taken in soon: with what those want who go on in the same batch, if the user does so in one (<see cref="CallBatch"/>), else by a thread of the pool; at once when nobody else comes
    /// for whom it could wait.
    /// </summary>
    /// <param name="input">What happened.</param>
    /// <param name="isAlone">No other call is open.</param>
    public void Post(in ClientInput input, bool isAlone)
    {
        lock (_gate)
        {
            _inbox.Add(input);
            if (_isPumping || Ended.IsBehind())
                return;
            _isPumping = true;
        }

        if (!Ended.IsLastHere() && !isAlone)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        // Nobody comes behind it for whom it could wait, so it need not wait for another thread either.
        Run(mostTurns: 1);
        Ended.ResumeSoon();
    }

    /// <summary>A call is called off.</summary>
    /// <param name="call">The call.</param>
    /// <param name="by">By which token.</param>
    public void CallOff(LinkCall call, CancellationToken by)
    {
        call.CalledOffBy = by;
        Post(ClientInput.CallOff(call.Call), isAlone: false);
    }

    /// <summary>Something happened, in order, and is taken in at once. The callers whose calls end by it go on when this thread, or another one, says so to <see cref="Ended"/>.</summary>
    public void Post(ReadOnlySpan<ClientInput> inputs)
    {
        lock (_gate)
        {
            _inbox.AddRange(inputs);
            if (_isPumping)
                return;
            _isPumping = true;
        }

        Run(LongestTurn);
    }

    /// <summary>Looks at the clock; called every few milliseconds. In between no time passes for the core.</summary>
    /// <param name="hasUnread">Tells whether something came that was not posted yet; called when all that was posted is done, and only when it matters.</param>
    public void Tick(Func<bool> hasUnread)
    {
        Ended.OnTick();
        lock (_gate)
        {
            _tick = hasUnread;
            if (_isPumping)
                return;
            _isPumping = true;
        }

        Run(LongestTurn);
        Ended.ResumeSoon();
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        Run(LongestTurn);
        Ended.ResumeHere();
    }

    /// <summary>Takes in what was left, if nobody does.</summary>
    private void GoOn()
    {
        lock (_gate)
        {
            if (_isPumping || _inbox.Count == 0)
                return;
            _isPumping = true;
        }

        Run(LongestTurn);
    }

    private void Run(int mostTurns)
    {
        for (int turn = 0; turn < mostTurns; turn++)
        {
            Func<bool>? tick;
            lock (_gate)
            {
                if (_inbox.Count == 0 && _tick is null)
                {
                    _isPumping = false;
                    return;
                }
                (_inbox, _step) = (_step, _inbox);
                tick = _tick;
                _tick = null;
            }
            Turn(tick);
        }

        lock (_gate)
        {
            if (_inbox.Count == 0 && _tick is null)
            {
                _isPumping = false;
                return;
            }
        }

        // A caller is not kept for the work of others for ever.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Turn(Func<bool>? tick)
    {
        if (_hasFailed)
        {
            _step.Clear();
            return;
        }

        try
        {
            if (_step.Count > 0)
                Step();
            if (tick is null)
                return;
            _clock.Look(_time.Milliseconds(), _clock.IsStanding && tick());
            if (_clock.Now >= _nextCall)
                Step();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Step()
    {
        ClientEffects effects = _core.Step(CollectionsMarshal.AsSpan(_step), _clock.Now, _time.Milliseconds());
        _step.Clear();
        _nextCall = effects.NextCall;
        _isSoon = _nextCall < _clock.Now + Soon;
        _carryOut(effects);
    }

    private void Fail(Exception failure)
    {
        _hasFailed = true;
        Exception told = failure;
        try
        {
            _step.Clear();
            _step.Add(ClientInput.Close(FailureText(failure)));
            Step();
        }
        catch (Exception second)
        {
            told = new AggregateException(failure, second);
        }

        _onFailure(told);
    }
}
