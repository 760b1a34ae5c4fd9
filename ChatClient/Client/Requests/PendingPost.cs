using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>One message on its way, from the call to its outcome. Guarded by the lock of its <see cref="GroupLink"/>.</summary>
/// <param name="command">The encoded command; the same bytes in every copy (rule 9).</param>
/// <param name="deadline">When the caller stops waiting, in milliseconds of the monotonic clock.</param>
internal sealed class PendingPost(ReadOnlyMemory<byte> command, long deadline)
{
    private readonly TaskCompletionSource<long> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The encoded command.</summary>
    public ReadOnlyMemory<byte> Command { get; } = command;

    /// <summary>When the caller stops waiting, in milliseconds of the monotonic clock.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>Its number; given when it enters the window, so that what never entered leaves no gap.</summary>
    public SequenceNumber Sequence { get; set; }

    /// <summary>Where it stands.</summary>
    public PostState State { get; set; }

    /// <summary>A copy left on a connection that ended, or was sent again, before an answer came: that copy may run at any time.</summary>
    public bool MayHaveBeenTaken { get; set; }

    /// <summary>Its place among those that wait for the window; null when it is not there.</summary>
    public LinkedListNode<PendingPost>? Place { get; set; }

    /// <summary>It was taken out and never runs: no successor may name it as the one before.</summary>
    public bool IsSkipped { get; set; }

    /// <summary>When the first copy on the present connection was sent.</summary>
    public long FirstSentAt { get; set; }

    /// <summary>When the last copy was sent.</summary>
    public long SentAt { get; set; }

    /// <summary>The caller has its answer; the request may still be driven so that its successors keep their order.</summary>
    public bool CallerGone => _completion.Task.IsCompleted;

    /// <summary>Certainly not applied, now and later: every copy was refused, or there was none.</summary>
    public bool CertainlyNotApplied => SeededBug.Is(90) || (!MayHaveBeenTaken && State is (PostState.Waiting or PostState.Ready));

    /// <summary>What the caller awaits.</summary>
    public Task<long> Task => _completion.Task;

    /// <summary>Stops listening to the caller's token.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>It has its number in the room.</summary>
    public void Succeed(long number)
    {
        Cancellation.Unregister();
        _completion.TrySetResult(number);
    }

    /// <summary>It ended otherwise; no effect when the caller has its answer already.</summary>
    public void Fail(Exception exception)
    {
        Cancellation.Unregister();
        if (_completion.TrySetException(exception))
            _ = _completion.Task.Exception; // Observed here: a caller that stopped waiting is no unobserved failure.
    }

    /// <summary>The caller called it off, and nothing of it ever left.</summary>
    public void Cancel(CancellationToken token)
    {
        Cancellation.Unregister();
        _completion.TrySetCanceled(token);
    }
}

/// <summary>Where a message on its way stands.</summary>
internal enum PostState
{
    /// <summary>Waits for a place in the window; has no number yet.</summary>
    Waiting,

    /// <summary>Has its number and waits to be sent, for the first time or once more.</summary>
    Ready,

    /// <summary>A copy is under way on the present connection.</summary>
    Sent,

    /// <summary>Its result arrived, or it was taken out.</summary>
    Done,
}
