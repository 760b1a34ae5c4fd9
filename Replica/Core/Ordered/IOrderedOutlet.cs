using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>What an <see cref="OrderedDispatch"/> has done by the primary whose it is.</summary>
public interface IOrderedOutlet
{
    /// <summary>What this replica has executed counts: it serves, and everything that it inherited is executed.</summary>
    bool MayTell { get; }

    /// <summary>The view.</summary>
    View View { get; }

    /// <summary>The slot of the next entry that is proposed.</summary>
    Slot NextSlot { get; }

    /// <summary>Somebody waits for the result of an operation that waits for its effect.</summary>
    bool IsAwaited(OperationName name);

    /// <summary>Takes a request in for the next entry, behind those before it; false: there is no room for it.</summary>
    /// <param name="waiting">The request.</param>
    /// <param name="place">What its entry says of its place.</param>
    /// <param name="isPatient">It waits for another operation, or others of its burst are about to come: the entry may wait until the one before it is durable, for two ticks at most, so that more is in it.</param>
    bool TryPropose(in WaitingRequest waiting, OrderedPlace place, bool isPatient);

    /// <summary>What was taken in so far is in the next entry for certain: nothing but the end of the view keeps it from that slot.</summary>
    /// <returns>The slot; null when that cannot be promised.</returns>
    Slot? KeepPlaces();

    /// <summary>Takes in for the next entry that a gate is opened, or its operation taken out; false: there is no room for it.</summary>
    /// <param name="name">The operation.</param>
    /// <param name="settle">Which of both.</param>
    /// <param name="isUrgent">Somebody may wait for it; otherwise it may wait for an entry that there is anyway, for a tick at most.</param>
    bool TrySettle(OperationName name, in SettleGateCommand settle, bool isUrgent);

    /// <summary>Answers all who wait for an operation that waits for its effect: this is the result that it will have.</summary>
    void Foretell(OperationName name, in ClientReply reply);

    /// <summary>Answers a request.</summary>
    void Answer(in WaitingRequest waiting, in ClientReply reply);

    /// <summary>Answers a request with nothing but a status.</summary>
    void Refuse(in WaitingRequest waiting, ReplyStatus status);

    /// <summary>Asks whoever leads another group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="addresses">Where its replicas listen; at least one.</param>
    /// <param name="note">The question.</param>
    void Ask(GroupId group, IReadOnlyList<string> addresses, in GroupNote note);

    /// <summary>Tells whoever asked.</summary>
    void Tell(ClientHandle asker, in GroupNote note);
}

/// <summary>What the entry of an operation of an ordered session says of its place; the default for any other command.</summary>
/// <param name="Gate">What it waits for in the queue of its key; null for nothing.</param>
/// <param name="PromisedAt">As in <see cref="EntryCommand"/>.</param>
public readonly record struct OrderedPlace(Gate? Gate, Slot PromisedAt = default);
