using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Client.Links;
using PaxosShard.Wire;

namespace PaxosShard.Client.Ordered;

/// <summary>An operation of an ordered session, on the side of tasks.</summary>
internal abstract class OrderedLinkCall : LinkCall
{
    private protected OrderedLinkCall(OrderedLine line, ReadOnlyMemory<byte> command, TimeSpan timeout)
    {
        Ordered = new OrderedCall(line, command, (long)timeout.TotalMilliseconds, this);
    }

    /// <summary>The core's side of it.</summary>
    public OrderedCall Ordered { get; }

    /// <inheritdoc/>
    public override Call Call => Ordered;

    /// <summary>Ends when it has ended, in whatever way; never fails.</summary>
    public abstract Task Ended { get; }

    private protected Exception ErrorOf(in EndedCall ended)
    {
        Exception error = ended.Error!;
        return ended.Outcome is Outcome.NotApplied or Outcome.NotTaken or Outcome.CalledOff && ended.Name.Sequence.Number > 0
            ? new OperationFailedException(error.Message, Ordered.Sequence.Number, ended.Name.Sequence.Number)
            : error;
    }
}

/// <summary>An operation whose result is decoded for its caller.</summary>
/// <typeparam name="T">The result.</typeparam>
/// <param name="line">The session.</param>
/// <param name="command">The encoded command.</param>
/// <param name="timeout">How long it may take.</param>
/// <param name="decode">Reads the result.</param>
internal sealed class OrderedLinkCall<T>(OrderedLine line, ReadOnlyMemory<byte> command, TimeSpan timeout, Func<OrderedCall, ReadOnlyMemory<byte>, T> decode)
    : OrderedLinkCall(line, command, timeout)
{
    private readonly TaskCompletionSource<T> _completion = new();

    /// <summary>The result.</summary>
    public Task<T> Result => _completion.Task;

    /// <inheritdoc/>
    public override Task Ended => _completion.Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <inheritdoc/>
    public override void Resume(in EndedCall ended)
    {
        if (ended.Outcome == Outcome.CalledOff && CalledOffBy.IsCancellationRequested)
        {
            _completion.TrySetCanceled(CalledOffBy);
        }
        else if (ended.Error is not null)
        {
            _completion.TrySetException(ErrorOf(in ended));
            _ = _completion.Task.Exception; // Observed here: a caller that stopped waiting is no unobserved failure.
        }
        else
        {
            Finish(ended.Payload);
        }
    }

    private void Finish(ReadOnlyMemory<byte> payload)
    {
        try
        {
            _completion.TrySetResult(decode(Ordered, payload));
        }
        catch (WireFormatException exception)
        {
            _completion.TrySetException(new OutcomeUnknownException($"the result cannot be read: {exception.Message}", retry: null));
        }
    }
}
