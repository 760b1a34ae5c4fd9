using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Links;

/// <summary>Reads a whole result or answer.</summary>
/// <param name="bytes">All of its bytes.</param>
/// <typeparam name="T">What it says.</typeparam>
/// <exception cref="WireFormatException">The bytes are not one.</exception>
internal delegate T ResultDecoder<T>(ReadOnlySpan<byte> bytes);

/// <summary>A request on its way into the log, whatever its result is.</summary>
internal abstract class SendCall : LinkCall
{
    /// <summary>A request that nobody has been told of yet.</summary>
    /// <param name="command">The encoded command.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="waitsForRoom">It waits for space instead of being refused.</param>
    /// <param name="group">The group that is meant; null: the one that serves what the command is about.</param>
    private protected SendCall(ReadOnlyMemory<byte> command, TimeSpan timeout, bool waitsForRoom, GroupId? group) =>
        Request = new Request(command, (long)timeout.TotalMilliseconds, this) { WaitsForRoom = waitsForRoom, Group = group };

    /// <summary>The core's side of it.</summary>
    public Request Request { get; }

    /// <inheritdoc/>
    public override Call Call => Request;

    /// <summary>It is taken in.</summary>
    public abstract void OnTaken();
}

/// <summary>
/// A request on its way into the log: what its caller awaits. The task is the caller's for ever; the call itself, with the place of its command, stands for another one when neither the core nor a token that
/// calls it off can come back to it.
/// </summary>
/// <typeparam name="T">What its result says.</typeparam>
internal sealed class SendCall<T> : SendCall
{
    private const int MostIdle = 64;
    private const int SmallestPlace = 64;
    private const int LargestPlace = 2048;

    [ThreadStatic]
    private static Stack<SendCall<T>>? _idle;

    private readonly TaskCompletionSource<Task<T>>? _taken;
    private readonly byte[]? _place;
    private ResultDecoder<T> _decode;
    private AsyncTaskMethodBuilder<T> _outcome;
    private CorePump? _pump;
    private CancellationTokenRegistration _registration;
    private bool _isWatched;

    // Who still looks at it: its caller, until it is watched, and the link, until it has ended.
    private int _users = 2;

    /// <summary>A request that nobody has been told of yet.</summary>
    /// <param name="command">The encoded command.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="waitsForRoom">It waits for space instead of being refused.</param>
    /// <param name="decode">Reads its result.</param>
    /// <param name="group">The group that is meant; null: the one that serves what the command is about.</param>
    public SendCall(ReadOnlyMemory<byte> command, TimeSpan timeout, bool waitsForRoom, ResultDecoder<T> decode, GroupId? group = null)
        : base(command, timeout, waitsForRoom, group)
    {
        _decode = decode;
        _taken = waitsForRoom ? new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        Result = _outcome.Task;
    }

    private SendCall(byte[] place, int size, TimeSpan timeout, ResultDecoder<T> decode)
        : this(place.AsMemory(0, size), timeout, waitsForRoom: false, decode) => _place = place;

    /// <summary>Its result, once it is committed. Completed by whoever lets its caller go on, who does so before that returns.</summary>
    public Task<T> Result { get; private set; }

    /// <summary>Once the request is taken in: <see cref="Result"/>. Only of one that waits for space.</summary>
    public Task<Task<T>> Taken => _taken!.Task;

    /// <summary>A request that nobody has been told of yet, with its command in a place of its own; where it can be, one that stood for another before.</summary>
    /// <param name="command">What is to be encoded.</param>
    /// <param name="size">Bytes of it.</param>
    /// <param name="write">Encodes it.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="decode">Reads its result.</param>
    /// <typeparam name="TCommand">What is to be encoded.</typeparam>
    public static SendCall<T> Of<TCommand>(in TCommand command, int size, SpanAction<byte, TCommand> write, TimeSpan timeout, ResultDecoder<T> decode)
    {
        if (_idle is not null && _idle.TryPop(out SendCall<T>? idle) && idle._place!.Length >= size)
        {
            write(idle._place.AsSpan(0, size), command);
            idle.StandFor(size, timeout, decode);
            return idle;
        }

        byte[] place = new byte[size > LargestPlace ? size : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(size, SmallestPlace))];
        write(place.AsSpan(0, size), command);
        return new SendCall<T>(place, size, timeout, decode);
    }

    /// <summary>Watches who calls it off, once it has begun. After this it belongs to the link alone, and may stand for another one already.</summary>
    /// <param name="pump">Told when it is called off.</param>
    /// <param name="cancellation">Calls it off.</param>
    public void Watch(CorePump pump, CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled && !Result.IsCompleted)
        {
            _isWatched = true;
            _pump = pump;
            _registration = cancellation.UnsafeRegister(static (call, token) => ((SendCall<T>)call!).CallOff(token), this);
        }

        LetGo();
    }

    /// <inheritdoc/>
    public override void OnTaken() => _taken?.TrySetResult(Result);

    /// <inheritdoc/>
    public override void Resume(in EndedCall ended)
    {
        AsyncTaskMethodBuilder<T> outcome = _outcome;
        TaskCompletionSource<Task<T>>? taken = _taken;
        ResultDecoder<T> decode = _decode;
        CancellationToken calledOffBy = CalledOffBy;
        LetGo(); // From here on it may stand for another one.
        if (ended.Outcome == Outcome.CalledOff)
        {
            taken?.TrySetCanceled(calledOffBy);
            outcome.SetException(new OperationCanceledException(calledOffBy));
        }
        else if (ended.Error is { } error)
        {
            Fail(outcome, error);
        }
        else
        {
            Succeed(outcome, decode, ended);
        }
    }

    private static void Succeed(AsyncTaskMethodBuilder<T> outcome, ResultDecoder<T> decode, in EndedCall ended)
    {
        T result;
        try
        {
            result = decode(ended.Payload.Span);
        }
        catch (Exception exception) // Whatever is wrong with it: others go on behind this one.
        {
            Fail(outcome, new OutcomeUnknownException("the answer cannot be read", RetryToken.Of(ended.Name), exception));
            return;
        }

        outcome.SetResult(result);
    }

    private static void Fail(AsyncTaskMethodBuilder<T> outcome, Exception exception)
    {
        outcome.SetException(exception);
        _ = outcome.Task.Exception; // Observed here: a caller that stopped waiting is no unobserved failure.
    }

    private void CallOff(CancellationToken by) => _pump!.CallOff(this, by);

    private void StandFor(int size, TimeSpan timeout, ResultDecoder<T> decode)
    {
        Request.StandFor(_place.AsMemory(0, size), (long)timeout.TotalMilliseconds, this);
        _decode = decode;
        _outcome = default;
        Result = _outcome.Task;
        CalledOffBy = default;
        _isWatched = false;
        _users = 2;
    }

    // The last who looks at it ends the watch. Whoever was calling it off by then may still tell the core so: of this call, and of no other that it stands for.
    private void LetGo()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        bool isForgotten = !_isWatched || _registration.Unregister();
        _registration = default;
        if (!isForgotten || _place is not { Length: <= LargestPlace } || !Request.IsReleased)
            return;
        _idle ??= new Stack<SendCall<T>>(MostIdle);
        if (_idle.Count >= MostIdle)
            return;

        // It may wait for ever, and keeps neither a result nor a client meanwhile.
        Result = null!;
        _outcome = default;
        _pump = null;
        _idle.Push(this);
    }
}
