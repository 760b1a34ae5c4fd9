using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>Tells the primaries of other groups what becomes of the operations that they have asked for, at once and each time that changes (ordered rule M8).</summary>
/// <param name="state">What was executed.</param>
/// <param name="outlet">The primary.</param>
/// <param name="placements">What is on the way into the log.</param>
/// <param name="gates">Which operations in queues are firm.</param>
internal sealed class StateTeller(Func<ReplicatedState> state, IOrderedOutlet outlet, Placements placements, Gates gates)
{
    private readonly Askers _askers = new();

    /// <summary>Questions that are kept, to be answered again.</summary>
    public int Count => _askers.Count;

    /// <summary>Somebody asks.</summary>
    /// <param name="asker">On which connection.</param>
    /// <param name="note">The question.</param>
    /// <param name="tick">The present tick.</param>
    public void OnAsked(ClientHandle asker, in GroupNote note, long tick)
    {
        ArcOwner owner = state().Machine.FindOwner(new Arc(note.Arc));
        if (owner.IsHere)
            Tell(asker, new OperationName(note.Session, note.Sequence), note.Expiry, tick);
        else
            outlet.Tell(asker, GroupNote.Elsewhere(note.Session, note.Sequence, owner.Group, owner.Configuration));
    }

    /// <summary>Something has become of an operation, or its session's mark may have risen to it: all are told who have asked for it, or for one before it.</summary>
    public void Announce(OperationName name, long tick)
    {
        foreach ((ClientHandle asker, OperationName asked, long expiry) in _askers.Take(name.Session, name.Sequence))
            Tell(asker, asked, expiry, tick);
    }

    /// <summary>A connection is gone.</summary>
    public void Forget(ClientHandle asker) => _askers.Forget(asker);

    /// <summary>Forgets the questions that were not asked again since a tick.</summary>
    public void ForgetBefore(long tick) => _askers.ForgetBefore(tick);

    private void Tell(ClientHandle asker, OperationName name, long expiry, long tick)
    {
        GroupNote note = Describe(name, expiry);
        outlet.Tell(asker, in note);
        if (note.State is OperationState.Absent or OperationState.Placed)
            _askers.Add(asker, name, expiry, tick);
    }

    private GroupNote Describe(OperationName name, long expiry)
    {
        OperationState found = state().StateOf(name.Session, name.Sequence, out PlacementToken token);
        if (found == OperationState.Placed && gates.IsFirm(name, token))
            found = OperationState.Firm;
        if (found == OperationState.Absent)
        {
            // What is on the way without a place has none that anybody may rely on yet, and will have one that is above all that there were.
            bool isUnderWay = placements.Contains(name);
            PlacementToken? placed = placements.TokenOf(name);
            found = placed is null ? OperationState.Absent : OperationState.Placed;
            token = placed ?? (isUnderWay ? PlacementToken.None : gates.FloorFor(expiry));
        }

        return GroupNote.Tell(name.Session, name.Sequence, found, token);
    }
}
