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
internal abstract class SendCall : ILinkCall
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

    Call ILinkCall.Call => Request;

    /// <inheritdoc/>
    public CancellationToken CalledOffBy { get; set; }

    /// <summary>It is taken in.</summary>
    public abstract void OnTaken();

    /// <inheritdoc/>
    public abstract void OnCompleted(in Completion completion, Func<Call, Exception> notTaken);
}

/// <summary>A request on its way into the log: what its caller awaits.</summary>
/// <typeparam name="T">What its result says.</typeparam>
internal sealed class SendCall<T> : SendCall
{
    private readonly ResultDecoder<T> _decode;
    private readonly TaskCompletionSource<Task<T>>? _taken;
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
    }

    /// <summary>Its result, once it is committed.</summary>
    public Task<T> Result => _completion.Task;

    /// <summary>Once the request is taken in: <see cref="Result"/>. Only of one that waits for space.</summary>
    public Task<Task<T>> Taken => _taken!.Task;

    /// <inheritdoc/>
    public override void OnTaken() => _taken?.TrySetResult(Result);

    /// <inheritdoc/>
    public override void OnCompleted(in Completion completion, Func<Call, Exception> notTaken)
    {
        if (completion.Outcome == Outcome.Done)
            Succeed(completion);
        else if (completion.Outcome == Outcome.CalledOff)
            CallOff();
        else
            Fail(LinkErrors.Of(completion, notTaken, CalledOffBy));
    }

    private void Succeed(in Completion completion)
    {
        try
        {
            _completion.TrySetResult(_decode(completion.Payload.Span));
        }
        catch (WireFormatException exception)
        {
            Fail(new OutcomeUnknownException("the answer cannot be read", RetryToken.Of(completion.Name), exception));
        }
    }

    private void CallOff()
    {
        _taken?.TrySetCanceled(CalledOffBy);
        _completion.TrySetCanceled(CalledOffBy);
    }

    private void Fail(Exception exception)
    {
        _completion.TrySetException(exception);
        _ = _completion.Task.Exception; // Observed here: a caller that stopped waiting is no unobserved failure.
    }
}
