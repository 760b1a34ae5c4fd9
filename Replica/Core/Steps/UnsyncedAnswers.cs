using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>
/// Answers of one kind that rest on the promise (rule 1): while one to a replica waits for the sync of the promised view, what
/// that replica repeats is not answered once more. A slow disk would otherwise gather whole promises, one for each repetition.
/// </summary>
/// <param name="options">The group.</param>
/// <param name="outbox">Knows what is durable.</param>
internal sealed class UnsyncedAnswers(GroupOptions options, Outbox outbox)
{
    private readonly (View View, RecordNumber RestsOn)[] _waiting = [.. Enumerable.Repeat((View.None, RecordNumber.None), options.ReplicaCount)];

    /// <summary>An answer to this replica may be made now, to leave after the sync; false while one in the same view waits for it.</summary>
    /// <param name="to">The replica.</param>
    /// <param name="promised">The view that is promised.</param>
    public bool TryBegin(ReplicaId to, View promised)
    {
        (View view, RecordNumber restsOn) = _waiting[to.Index];
        if (view == promised && restsOn > outbox.SyncedThrough)
            return false;
        _waiting[to.Index] = (promised, outbox.RecordsThrough);
        return true;
    }
}
