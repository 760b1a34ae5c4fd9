using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;

namespace PaxosShard.Client.Links;

/// <summary>A call of a user, on the side of tasks.</summary>
internal abstract class LinkCall
{
    /// <summary>The core's side of it.</summary>
    public abstract Call Call { get; }

    /// <summary>The token that called it off; none when nobody did.</summary>
    public CancellationToken CalledOffBy { get; set; }

    /// <summary>The call that was open before this one; null when none was. For <see cref="OpenCalls"/>.</summary>
    public LinkCall? Older { get; set; }

    /// <summary>The call behind this one; null when there is none. For <see cref="OpenCalls"/>.</summary>
    public LinkCall? Newer { get; set; }

    /// <summary>It has ended, and its caller goes on, on this thread, before this returns. Never throws.</summary>
    /// <param name="ended">How.</param>
    public abstract void Resume(in EndedCall ended);
}

/// <summary>A call that has ended.</summary>
/// <param name="Call">The call.</param>
/// <param name="Outcome">What is certain about it.</param>
/// <param name="Payload">The encoded result when it is done; else empty.</param>
/// <param name="Name">Under which the copies of a request were sent; none when there was no copy.</param>
/// <param name="Error">What its caller is told; null when it is done.</param>
internal readonly record struct EndedCall(LinkCall Call, Outcome Outcome, ReadOnlyMemory<byte> Payload, RequestName Name, Exception? Error)
{
    /// <summary>What a core says of a call that ends.</summary>
    /// <param name="completion">How it ends.</param>
    /// <param name="notTaken">What to say of a call that nobody took in time.</param>
    public static EndedCall Of(in Completion completion, Func<Call, Exception> notTaken)
    {
        LinkCall call = (LinkCall)completion.Call.Caller!;
        Exception? error = completion.Outcome == Outcome.Done ? null : LinkErrors.Of(completion, notTaken, call.CalledOffBy);
        return new EndedCall(call, completion.Outcome, completion.Payload, completion.Name, error);
    }

    /// <summary>Its caller goes on, on this thread.</summary>
    public void Resume() => Call.Resume(this);
}

/// <summary>What an outcome is called by users.</summary>
internal static class LinkErrors
{
    /// <summary>The error for an outcome that is not <see cref="Outcome.Done"/>.</summary>
    public static Exception Of(in Completion completion, Func<Call, Exception> notTaken, CancellationToken calledOffBy) => completion.Outcome switch
    {
        Outcome.Rejected => new RejectedException(completion.Reason),
        Outcome.Trimmed => new TrimmedException(completion.Reason, ((Follow)completion.Call).FirstLeft),
        Outcome.NotTaken => notTaken(completion.Call),
        Outcome.Unknown => new OutcomeUnknownException(
            completion.Reason,
            RetryToken.Of(completion.Name),
            calledOffBy.IsCancellationRequested ? new OperationCanceledException(calledOffBy) : null),
        _ => new NotAppliedException(completion.Reason),
    };
}
