using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Client.Links;

/// <summary>A message that is being sent: what its caller awaits.</summary>
internal sealed class SendCall : ILinkCall
{
    private readonly TaskCompletionSource<Task<long>>? _taken;
    private readonly TaskCompletionSource<long> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A message that nobody has been told of yet.</summary>
    /// <param name="command">The encoded command.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="waitsForRoom">It waits for space instead of being refused.</param>
    public SendCall(ReadOnlyMemory<byte> command, TimeSpan timeout, bool waitsForRoom)
    {
        _taken = waitsForRoom ? new TaskCompletionSource<Task<long>>(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        Request = new Request(command, (long)timeout.TotalMilliseconds, this) { WaitsForRoom = waitsForRoom };
    }

    /// <summary>The core's side of it.</summary>
    public Request Request { get; }

    Call ILinkCall.Call => Request;

    /// <inheritdoc/>
    public CancellationToken CalledOffBy { get; set; }

    /// <summary>The message's number in its room.</summary>
    public Task<long> Number => _completion.Task;

    /// <summary>Once the message is taken in: <see cref="Number"/>. Only of one that waits for space.</summary>
    public Task<Task<long>> Taken => _taken!.Task;

    /// <summary>It is taken in.</summary>
    public void OnTaken() => _taken?.TrySetResult(Number);

    /// <inheritdoc/>
    public void OnCompleted(in Completion completion, Func<Exception> notTaken)
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
            _completion.TrySetResult(SendMessageResult.Decode(completion.Payload.Span).Number);
        }
        catch (WireFormatException exception)
        {
            Fail(new OutcomeUnknownException("the answer cannot be read", completion.Session, completion.Sequence, exception));
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
