using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Simulator.Moves.Ordered;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>
/// A primary whose group has another one by now, which it does not know: it goes by the state that it has, its clients hear from it, and nothing that it proposes is ever decided. Of other groups it hears what a script lets it hear.
/// </summary>
/// <param name="setting">What its group lives in.</param>
/// <param name="state">Its own copy of what was executed.</param>
/// <param name="view">Its view.</param>
/// <param name="queued">Who waits for the results of operations that wait for their effect.</param>
internal sealed class PastPrimary(GroupSetting setting, ReplicatedState state, View view, Dictionary<OperationName, List<PendingRequest>> queued) : IOrderedPrimary
{
    private OrderedDesk? _desk;

    /// <inheritdoc/>
    ReplicatedState IOrderedPrimary.State => state;

    /// <inheritdoc/>
    Timeline IOrderedPrimary.Time => setting.Time;

    /// <inheritdoc/>
    GroupPost IOrderedPrimary.Post => setting.Post;

    /// <inheritdoc/>
    View IOrderedPrimary.View => view;

    /// <inheritdoc/>
    Slot? IOrderedPrimary.CertainSlot => null;

    /// <inheritdoc/>
    Slot IOrderedPrimary.NextSlot => state.Executed.Next;

    /// <inheritdoc/>
    bool IOrderedPrimary.IsUp => true;

    /// <inheritdoc/>
    bool IOrderedPrimary.IsPaused => false;

    /// <inheritdoc/>
    bool IOrderedPrimary.PlacesEarly => setting.PlacesEarly;

    private OrderedDesk Desk => _desk ??= new OrderedDesk(this);

    /// <summary>It hears something of another group, and acts.</summary>
    public void Hear(GroupNotes notes)
    {
        Desk.Begin(); // It finds what waits in its queues.
        Desk.Take(notes);
    }

    /// <inheritdoc/>
    bool IOrderedPrimary.IsAwaited(OperationName name) => queued.ContainsKey(name);

    /// <inheritdoc/>
    void IOrderedPrimary.Foretell(OperationName name, in ClientReply reply)
    {
        if (!queued.Remove(name, out List<PendingRequest>? waiting))
            return;
        foreach (PendingRequest pending in waiting)
            pending.Answer(reply with { View = view, LogTime = state.LogTime });
    }

    /// <inheritdoc/>
    void IOrderedPrimary.Propose(PendingRequest pending)
    {
        // It has no quorum any more.
    }

    /// <inheritdoc/>
    void IOrderedPrimary.OnKnown(in ClientRequest request, in ClientReply reply)
    {
        // Nobody asks it for anything any more.
    }

    /// <inheritdoc/>
    void IOrderedPrimary.Answer(PendingRequest pending, in ClientReply reply) => pending.Answer(reply with { View = view, LogTime = state.LogTime });

    /// <inheritdoc/>
    void IOrderedPrimary.TakeNotes(GroupNotes notes)
    {
        // It is cut off, but for what a script tells it.
    }
}
