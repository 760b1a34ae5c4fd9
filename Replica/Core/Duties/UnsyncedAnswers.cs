using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Duties;

/// <summary>
/// Answers of one kind that rest on the promise (rule 1): while one to a replica waits for the sync of the promised view, what
/// that replica repeats is not answered once more. A slow disk would otherwise gather whole promises, one for each repetition.
/// </summary>
/// <param name="context">Shared.</param>
internal sealed class UnsyncedAnswers(ReplicaContext context)
{
    private readonly (View View, long RestsOn)[] _waiting =
        [.. Enumerable.Repeat((View.None, 0L), context.Options.ReplicaCount)];

    /// <summary>An answer to this replica may be made now, to leave after the sync; false while one in the same view waits for it.</summary>
    public bool TryBegin(ReplicaId to)
    {
        (View view, long restsOn) = _waiting[to.Index];
        if (view == context.View && restsOn > context.Outbox.SyncedThrough)
            return false;
        _waiting[to.Index] = (context.View, context.Outbox.RecordsThrough);
        return true;
    }
}
