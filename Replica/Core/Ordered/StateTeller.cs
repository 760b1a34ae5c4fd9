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
/// <param name="room">What waits for its predecessor.</param>
/// <param name="promises">What is told of that.</param>
internal sealed class StateTeller(Func<ReplicatedState> state, IOrderedOutlet outlet, Placements placements, Gates gates, WaitingRoom room, PromisedPlaces promises)
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
        Answer(new Question(asker, new OperationName(note.Session, note.Sequence), new Arc(note.Arc), note.Expiry, tick) { Follows = note.Kind == GroupNoteKind.Follow });

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

    /// <summary>What has become of an operation of an arc that is served here, in the log or on the way into it.</summary>
    public Standing Find(OperationName name)
    {
        OperationState found = state().StateOf(name.Session, name.Sequence, out PlacementToken token);
        if (found == OperationState.Placed)
            return gates.StandingOf(name, token);
        if (found == OperationState.Absent && placements.TokenOf(name) is { } placed)
            return new Standing(OperationState.Placed, placed);
        return new Standing(found, found == OperationState.Absent ? PlacementToken.None : token);
    }

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

        GroupNote note = Describe(name, question.Expiry, question.Follows);
        if (IsNews(in note, question.Told))
            outlet.Tell(question.Asker, in note);
        if (note.State is not (OperationState.Firm or OperationState.Cancelled or OperationState.Over))
            _askers.Add(question with { Told = note });
    }

    // That everything below a token is dead says no less than it would with a later slot of the same view: what was placed in between would be here.
    // And that what was promised has its place, or what was prepared takes effect, is what was to be expected: whoever cannot conclude it asks again.
    private static bool IsNews(in GroupNote note, GroupNote? told) => told is not { } before
        || (note.State != before.State && !(note.Token == before.Token && (before.State, note.State) is (OperationState.Promised, OperationState.Placed) or (OperationState.Prepared, OperationState.Firm)))
        || (note.State == OperationState.Absent ? (note.Token.Era, note.Token.FirstView) != (before.Token.Era, before.Token.FirstView) : note.Token != before.Token);

    private GroupNote Describe(OperationName name, long expiry, bool follows)
    {
        Standing found = Find(name);
        if (!follows && found.State is OperationState.Ready or OperationState.Prepared)
            found = new Standing(OperationState.Placed, found.Token);

        // What is on the way without a place has none that anybody may rely on yet, and will have one that is above all that there were.
        if (found.State == OperationState.Absent && !placements.Contains(name))
        {
            found = room.Find(name) is { } waiting && (follows ? promises.For(waiting) : promises.Of(waiting)) is { } promised
                ? new Standing(follows ? OperationState.Promised : OperationState.Absent, promised)
                : new Standing(OperationState.Absent, promises.FloorOf(gates.FloorFor(expiry)));
        }

        return GroupNote.Tell(name.Session, name.Sequence, found.State, found.Token, found.Gate);
    }
}

/// <summary>What is known of an operation.</summary>
/// <param name="State">What has become of it.</param>
/// <param name="Token">Which placement of it, or, when it is absent, below which all are dead.</param>
/// <param name="Gate">When it is ready or prepared: which placement of its predecessor it waits for.</param>
internal readonly record struct Standing(OperationState State, PlacementToken Token, PlacementToken Gate = default);
