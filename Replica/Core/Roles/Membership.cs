using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// The member list that this replica acts by (rule 13), and whether it has a part in it. It follows the list that was executed; a part in it counts only once everything up
/// to the slot of the list is on the disk, with a note that it is decided: a replica that is started again finds itself in no list below the one that it has voted in.
/// </summary>
/// <param name="options">Who this replica is.</param>
/// <param name="executor">What was executed.</param>
/// <param name="log">The slots.</param>
/// <param name="outbox">Where the note goes.</param>
internal sealed class Membership(GroupOptions options, Executor executor, EntryLog log, Outbox outbox)
{
    private RecordNumber _restsOn;
    private long _newestHeard;

    /// <summary>The list.</summary>
    public Members List { get; private set; } = executor.State.Members;

    /// <summary>The first view of the list.</summary>
    public View FirstView => View.FirstOf(List.Number);

    /// <summary>The list names this replica, and that is durable: it may promise and vote in the views of this list.</summary>
    public bool IsVoter => List.Includes(options.Self, options.Identity, options.IsNewcomer) && outbox.SyncedThrough >= _restsOn;

    /// <summary>Others act by a newer list: nothing is decided any more by the one that this replica knows, and what it lacks has to be fetched.</summary>
    public bool IsBehind => _newestHeard > List.Number;

    /// <summary>Follows the list that was executed.</summary>
    /// <returns>True when it is another one than before: what was done by the one before is over.</returns>
    public bool TryFollow()
    {
        Members executed = executor.State.Members;
        if (executed.Number == List.Number)
            return false;
        Invariant.Holds(executed.Number > List.Number, "M4: the number of the member list never decreases");
        List = executed;

        // The header of its batch notes that everything up to here is decided. What came by a snapshot is durable already.
        if (executed.Slot > log.Base)
            _restsOn = outbox.Add(Record.OfLearned(executed.Slot, log.EntryAt(executed.Slot)));
        return true;
    }

    /// <summary>A message named a view of a newer list.</summary>
    public void OnNewerHeard(View view) => _newestHeard = view.List;

    /// <summary>A view was entered: what was heard before says nothing any more.</summary>
    public void OnNewView() => _newestHeard = 0;
}
