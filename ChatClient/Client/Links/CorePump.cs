using System.Runtime.InteropServices;
using PaxosShard.Client.Core;
using PaxosShard.Wire.Time;

namespace PaxosShard.Client.Links;

/// <summary>
/// Gives a core what happens, one step at a time, on whichever thread brings it: who comes while a step is under way leaves what it
/// brings and goes on, and all that was left goes into the next step together. Safe from any thread.
/// </summary>
/// <param name="core">The core; nobody else touches it.</param>
/// <param name="time">The machine's time.</param>
/// <param name="carryOut">Does what a step asks for; never at the same time as another step.</param>
/// <param name="onFailure">
/// Told once, when a step failed, which is a fault of this library: the core was told to close, which may have failed too, and is not called any more.
/// </param>
internal sealed class CorePump(ClientCore core, TimeProvider time, Action<ClientEffects> carryOut, Action<Exception> onFailure)
{
    private const long Soon = 10;
    private const int LongestTurn = 64;

    private readonly Lock _gate = new();
    private readonly RunningClock _clock = new(time.Milliseconds(), ClientCoreOptions.Pauses);
    private List<ClientInput> _inbox = [];
    private List<ClientInput> _step = [];
    private Func<bool>? _tick;
    private bool _isPumping;
    private bool _hasFailed;
    private long _nextCall = long.MinValue;
    private volatile bool _isSoon = true;

    /// <summary>The core wants to be called within a few milliseconds.</summary>
    public bool IsSoon => _isSoon;

    /// <summary>What callers are told of a step that failed.</summary>
    public static string FailureText(Exception failure) => $"the client failed: {failure.Message}";

    /// <summary>Something happened.</summary>
    public void Post(in ClientInput input)
    {
        lock (_gate)
        {
            _inbox.Add(input);
            if (_isPumping)
                return;
            _isPumping = true;
        }
        Run();
    }

    /// <summary>Several things happened, in order.</summary>
    public void Post(List<ClientInput> inputs)
    {
        lock (_gate)
        {
            _inbox.AddRange(inputs);
            if (_isPumping)
                return;
            _isPumping = true;
        }
        Run();
    }

    /// <summary>Looks at the clock; called every few milliseconds. In between no time passes for the core.</summary>
    /// <param name="hasUnread">Tells whether something came that was not posted yet; called when all that was posted is done.</param>
    public void Tick(Func<bool> hasUnread)
    {
        lock (_gate)
        {
            _tick = hasUnread;
            if (_isPumping)
                return;
            _isPumping = true;
        }
        Run();
    }

    private void Run()
    {
        for (int turn = 0; turn < LongestTurn; turn++)
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
        // A caller is not kept for the work of others for ever.
        ThreadPool.UnsafeQueueUserWorkItem(static pump => pump.Run(), this, preferLocal: false);
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
            _clock.Look(time.Milliseconds(), tick());
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
        ClientEffects effects = core.Step(CollectionsMarshal.AsSpan(_step), _clock.Now, time.Milliseconds());
        _step.Clear();
        _nextCall = effects.NextCall;
        _isSoon = _nextCall < _clock.Now + Soon;
        carryOut(effects);
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

        onFailure(told);
    }
}
