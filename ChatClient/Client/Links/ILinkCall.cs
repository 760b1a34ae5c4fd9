using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;

namespace PaxosShard.Client.Links;

/// <summary>A call of a user, on the side of tasks.</summary>
internal interface ILinkCall
{
    /// <summary>The core's side of it.</summary>
    Call Call { get; }

    /// <summary>The token that called it off; none when nobody did.</summary>
    CancellationToken CalledOffBy { get; set; }

    /// <summary>It ended.</summary>
    /// <param name="completion">How.</param>
    /// <param name="notTaken">What to say of a call that nobody took in time.</param>
    void OnCompleted(in Completion completion, Func<Call, Exception> notTaken);
}

/// <summary>What an outcome is called by users.</summary>
internal static class LinkErrors
{
    /// <summary>The error for an outcome that is none of <see cref="Outcome.Done"/> and <see cref="Outcome.CalledOff"/>.</summary>
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
