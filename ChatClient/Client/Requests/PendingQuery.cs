using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>One question on its way: a read, or the opening of a session. It changes nothing when asked twice, so it is simply asked again.</summary>
/// <param name="tag">Matches the reply to it; never used twice by a link.</param>
/// <param name="command">The encoded question.</param>
/// <param name="deadline">When the caller stops waiting, in milliseconds of the monotonic clock.</param>
/// <param name="allowance">How long the server may hold it by right, in milliseconds.</param>
internal sealed class PendingQuery(SequenceNumber tag, ReadOnlyMemory<byte> command, long deadline, long allowance)
{
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Matches the reply to it.</summary>
    public SequenceNumber Tag { get; } = tag;

    /// <summary>The encoded question.</summary>
    public ReadOnlyMemory<byte> Command { get; } = command;

    /// <summary>When the caller stops waiting, in milliseconds of the monotonic clock.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>How long the server may hold it by right, in milliseconds.</summary>
    public long Allowance { get; } = allowance;

    /// <summary>When it was sent on the present connection; null when it was not.</summary>
    public long? SentAt { get; set; }

    /// <summary>When to send it once more if there is no answer.</summary>
    public long SendAgainAt { get; set; }

    /// <summary>Its place among those to be sent; null when it was sent.</summary>
    public LinkedListNode<PendingQuery>? Unsent { get; set; }

    /// <summary>What the caller awaits: the encoded answer.</summary>
    public Task<ReadOnlyMemory<byte>> Task => _completion.Task;

    /// <summary>The answer arrived.</summary>
    public void Succeed(ReadOnlyMemory<byte> payload) => _completion.TrySetResult(payload);

    /// <summary>There will be none.</summary>
    public void Fail(Exception exception)
    {
        if (_completion.TrySetException(exception))
            _ = _completion.Task.Exception; // Observed here: a caller that stopped waiting is no unobserved failure.
    }

    /// <summary>The caller called it off.</summary>
    public void Cancel(CancellationToken token) => _completion.TrySetCanceled(token);
}
