using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Links;

/// <summary>A question that is being asked: what its caller awaits.</summary>
internal sealed class QueryCall : LinkCall
{
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _completion = new();

    /// <summary>A question that nobody has been told of yet.</summary>
    /// <param name="command">The encoded question.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="group">The group that is asked; null: the one that serves what the question is about.</param>
    public QueryCall(ReadOnlyMemory<byte> command, TimeSpan timeout, GroupId? group = null)
    {
        Query = new Query(command, (long)timeout.TotalMilliseconds, caller: this) { Group = group };
    }

    /// <summary>A question that a replica may hold by right until it has an answer, and that nobody has been told of yet.</summary>
    /// <param name="command">The encoded question.</param>
    /// <param name="timeout">How long it may take besides.</param>
    /// <param name="held">How long a replica may hold it, as the question itself says.</param>
    /// <param name="group">The group that is asked.</param>
    public QueryCall(ReadOnlyMemory<byte> command, TimeSpan timeout, TimeSpan held, GroupId group)
    {
        Query = new Query(command, (long)timeout.TotalMilliseconds, (long)held.TotalMilliseconds, this) { Group = group };
    }

    /// <summary>The core's side of it.</summary>
    public Query Query { get; }

    /// <inheritdoc/>
    public override Call Call => Query;

    /// <summary>The encoded answer.</summary>
    public Task<ReadOnlyMemory<byte>> Answer => _completion.Task;

    /// <inheritdoc/>
    public override void Resume(in EndedCall ended)
    {
        if (ended.Outcome == Outcome.CalledOff)
        {
            _completion.TrySetCanceled(CalledOffBy);
        }
        else if (ended.Error is not { } error)
        {
            _completion.TrySetResult(ended.Payload);
        }
        else
        {
            _completion.TrySetException(error);
            _ = _completion.Task.Exception; // Observed here: a caller that stopped waiting is no unobserved failure.
        }
    }
}
