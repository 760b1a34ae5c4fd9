using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Client.Links;
using PaxosShard.Wire;

namespace PaxosShard.Client.Ordered;

/// <summary>An operation of an ordered session, on the side of tasks.</summary>
internal abstract class OrderedLinkCall : LinkCall
{
    private readonly OrderedSession _session;

    private protected OrderedLinkCall(OrderedSession session, ReadOnlyMemory<byte> command, TimeSpan timeout)
    {
        _session = session;
        Ordered = new OrderedCall(session.Line, command, (long)timeout.TotalMilliseconds, this);
    }

    /// <summary>The core's side of it.</summary>
    public OrderedCall Ordered { get; }

    /// <inheritdoc/>
    public override Call Call => Ordered;

    /// <summary>Ends when it has ended, in whatever way; never fails.</summary>
    public abstract Task Ended { get; }

    // What the user calls once it has heard of a failure does not fail with it: it is noted before the user goes on.
    private protected void Hear(in EndedCall ended)
    {
        if (HasFailed(in ended))
            _session.Hear(ended.Name.Sequence);
    }

    private protected Exception ErrorOf(in EndedCall ended) =>
        HasFailed(in ended) ? new OperationFailedException(ended.Error!.Message, Ordered.Sequence.Number, ended.Name.Sequence.Number) : ended.Error!;

    private static bool HasFailed(in EndedCall ended) =>
        ended.Outcome is Outcome.NotApplied or Outcome.NotTaken or Outcome.CalledOff && ended.Name.Sequence.Number > 0;
}

/// <summary>An operation whose result is decoded for its caller.</summary>
/// <typeparam name="T">The result.</typeparam>
/// <param name="session">The session.</param>
/// <param name="command">The encoded command.</param>
/// <param name="timeout">How long it may take.</param>
/// <param name="decode">Reads the result.</param>
internal sealed class OrderedLinkCall<T>(OrderedSession session, ReadOnlyMemory<byte> command, TimeSpan timeout, Func<OrderedCall, ReadOnlyMemory<byte>, T> decode)
    : OrderedLinkCall(session, command, timeout)
{
    private readonly TaskCompletionSource<T> _completion = new();

    /// <summary>The result.</summary>
    public Task<T> Result => _completion.Task;

    /// <inheritdoc/>
    public override Task Ended => _completion.Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <inheritdoc/>
    public override void Resume(in EndedCall ended)
    {
        Hear(in ended);
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
