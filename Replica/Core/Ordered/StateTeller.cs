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
    private readonly List<Question> _taken = [];

    /// <summary>Questions that are kept, to be answered again.</summary>
    public int Count => _askers.Count;

    /// <summary>Somebody asks.</summary>
    /// <param name="asker">On which connection.</param>
    /// <param name="note">The question.</param>
    /// <param name="tick">The present tick.</param>
    public void OnAsked(ClientHandle asker, in GroupNote note, long tick) =>
        Answer(new Question(asker, new OperationName(note.Session, note.Sequence), new Arc(note.Arc), note.Expiry, tick));

    /// <summary>
    /// Something has become of an operation, or its session's mark may have risen to it: all are told who have asked for it, or for one before it, unless they were told just that. What was told and lost is asked for again.
    /// </summary>
    public void Announce(OperationName name, long tick)
    {
        _taken.Clear();
        _askers.Take(name.Session, name.Sequence, _taken);
        foreach (Question question in _taken)
            Answer(question with { Tick = tick });
    }

    /// <summary>A connection is gone.</summary>
    public void Forget(ClientHandle asker) => _askers.Forget(asker);

    /// <summary>Forgets the questions that were not asked again since a tick.</summary>
    public void ForgetBefore(long tick) => _askers.ForgetBefore(tick);

    // Only of an arc that is served here: whoever serves it next knows of placements that nothing here could be compared with.
    private void Answer(in Question question)
    {
        OperationName name = question.Name;
        ArcOwner owner = state().Machine.FindOwner(question.Arc);
        if (!owner.IsHere)
        {
            outlet.Tell(question.Asker, GroupNote.Elsewhere(name.Session, name.Sequence, owner.Group, owner.Configuration));
            return;
        }

        GroupNote note = Describe(name, question.Expiry);
        if (IsNews(in note, question.Told))
            outlet.Tell(question.Asker, in note);
        if (note.State is OperationState.Absent or OperationState.Placed)
            _askers.Add(question with { Told = note });
    }

    // That everything below a token is dead says no less than it would with a later slot of the same view: what was placed in between would be here.
    private static bool IsNews(in GroupNote note, GroupNote? told) => told is not { } before
        || note.State != before.State
        || (note.State == OperationState.Absent ? (note.Token.Era, note.Token.FirstView) != (before.Token.Era, before.Token.FirstView) : note.Token != before.Token);

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
