using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// The member list that this replica acts by (rule 13), and whether it votes in it. It follows the executed list, but votes only once everything up to the slot of that list
/// is on the disk, with a note that it is decided: so a restarted replica is never in an older list than one that it has voted in.
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
    public Members Members { get; private set; } = executor.State.Members;

    /// <summary>The first view of the list.</summary>
    public View FirstView => View.FirstOf(Members.Number);

    /// <summary>The list names this replica, and everything up to its slot is durable: this replica may promise and vote in views of the list.</summary>
    public bool IsVoter => Members.Includes(options.Self, options.Identity, options.IsNewcomer) && outbox.SyncedThrough >= _restsOn;

    /// <summary>Others act by a newer list: nothing more is decided by the one of this replica, and what it lacks has to be fetched.</summary>
    public bool IsBehind => _newestHeard > Members.Number;

    /// <summary>Goes on with the executed list.</summary>
    /// <returns>True when it is a newer one: what was done by the earlier one is over.</returns>
    public bool TryFollow()
    {
        Members executed = executor.State.Members;
        if (executed.Number == Members.Number)
            return false;
        Invariant.Holds(executed.Number > Members.Number, "M4: the number of the member list never decreases");
        Members = executed;

        // The header of the batch with this record notes that everything up to the slot is decided. What came by a snapshot is durable already.
        if (executed.Slot > log.Base)
            _restsOn = outbox.Add(Record.OfLearned(executed.Slot, log.EntryAt(executed.Slot)));
        return true;
    }

    /// <summary>A message named a view of a newer list.</summary>
    public void OnNewerHeard(View view) => _newestHeard = view.List;

    /// <summary>A view was entered: what was heard before does not count any more.</summary>
    public void OnNewView() => _newestHeard = 0;
}
