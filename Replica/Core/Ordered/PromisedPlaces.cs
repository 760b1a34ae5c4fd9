using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// Tokens that other groups are told of operations in the room, before these have their places: what follows them there need not wait for that (ordered rule M13). A promise that is not kept costs time and nothing
/// else: whatever becomes of the operation has a higher token, so that the gates that name the promised one are dead. Made for one view.
/// </summary>
/// <remarks>Where many sessions want the same names few promises could be kept, so that for a while none is made: each operation waits for the one before it, which goes on with any others.</remarks>
/// <param name="state">What was executed.</param>
/// <param name="outlet">The primary.</param>
/// <param name="placements">What is on the way into the log.</param>
/// <param name="limits">Whether an operation may have its place early.</param>
/// <param name="gates">What takes effect for certain.</param>
internal sealed class PromisedPlaces(Func<ReplicatedState> state, IOrderedOutlet outlet, Placements placements, PlacingLimits limits, Gates gates)
{
    // So many promises that are kept make up for one that is not.
    private const int ConflictCost = 16;
    private const int MostCost = 8 * ConflictCost;
    private const long PauseTicks = 200;

    // One on each name: nothing that is promised stands behind something else when it gets its place.
    private readonly HashSet<ulong> _names = [];
    private Slot _withdrawnAt = Slot.Zero;
    private int _cost;
    private long _pausedUntil;

    /// <summary>The present tick.</summary>
    public long Tick { get; set; }

    /// <summary>Promises are made.</summary>
    public bool IsOn => limits.IsOn && Tick >= _pausedUntil;

    private PlacementToken Next => new(state().Machine.FindOwner(default).Configuration, outlet.View, outlet.NextSlot) { IsPromised = true };

    // Whoever was told of it knows of no higher token before the next entry.
    private bool IsWithdrawnNow => _withdrawnAt == outlet.NextSlot;

    /// <summary>Below which token all placements are dead of an operation that has no place and of which none was promised.</summary>
    /// <param name="floor">Below which one they would be if nothing were ever promised.</param>
    public PlacementToken FloorOf(PlacementToken floor) => floor == PlacementToken.None ? floor : floor with { IsPromised = !IsWithdrawnNow };

    /// <summary>The token that was promised to an operation in the room; null for none that counts still.</summary>
    public PlacementToken? Of(WaitingOperation operation) => operation.Promise is { } promise && promise.Era == Next.Era ? promise : null;

    /// <summary>The token that an operation in the room will have; null when none may be promised.</summary>
    public PlacementToken? For(WaitingOperation operation)
    {
        PlacementToken next = Next;
        if (Of(operation) is { } known)
            return known;
        ReadOnlySpan<byte> command = operation.Request.Command.Span;
        if (!IsOn || IsWithdrawnNow || !limits.Allow(operation.Name, command))
            return null;
        if (operation.Promise is null && !(IsFree(command) && _names.Add(NameOf(command))))
        {
            if (!operation.HasConflict)
                NoteConflict();
            operation.HasConflict = true;
            return null;
        }

        operation.Promise = next;
        return next;
    }

    /// <summary>An operation leaves the room for its place.</summary>
    /// <returns>The slot of the token that was promised; <see cref="Slot.Zero"/> when there is none that counts still.</returns>
    public Slot TakeOut(WaitingOperation operation)
    {
        if (operation.Promise is not { } promise)
            return Slot.Zero;
        Slot before = _withdrawnAt;
        Withdraw(operation);
        if (promise.Era != Next.Era)
            return Slot.Zero;
        _withdrawnAt = before;
        return promise.Slot;
    }

    /// <summary>An operation gets its place.</summary>
    /// <param name="promised">The slot of the token that was promised; <see cref="Slot.Zero"/> for none.</param>
    /// <param name="command">Its command.</param>
    /// <param name="isBehindClear">It waits for no predecessor, or for one whose token is a promised one.</param>
    /// <returns>The slot of a promised token, which it has when it waits for nothing but such predecessors; <see cref="Slot.Zero"/> for that of its own slot.</returns>
    public Slot Redeem(Slot promised, ReadOnlySpan<byte> command, bool isBehindClear)
    {
        bool isClear = isBehindClear && IsFree(command);
        if (promised == Slot.Zero)
            return isClear && IsOn && !IsWithdrawnNow ? outlet.NextSlot : Slot.Zero;
        if (!isClear)
        {
            Break();
            NoteConflict();
            return Slot.Zero;
        }

        _cost = Math.Max(0, _cost - 1);
        return promised;
    }

    /// <summary>A promise was not kept.</summary>
    public void Break() => _withdrawnAt = outlet.NextSlot;

    /// <summary>An operation leaves the room without a place, or gets another one than it was promised.</summary>
    public void Withdraw(WaitingOperation operation)
    {
        if (operation.Promise is null)
            return;
        operation.Promise = null;
        _names.Remove(NameOf(operation.Request.Command.Span));
        Break();
    }

    /// <summary>The room is empty.</summary>
    public void Clear()
    {
        if (_names.Count > 0)
            Break();
        _names.Clear();
    }

    private static ulong NameOf(ReadOnlySpan<byte> command) => StableHash64.Of(CommandPart.NameIn(command));

    private void NoteConflict()
    {
        _cost += ConflictCost;
        if (_cost <= MostCost)
            return;
        _cost = MostCost / 2;
        _pausedUntil = Tick + PauseTicks;
    }

    // Nothing is before it on its name but what takes effect for certain.
    private bool IsFree(ReadOnlySpan<byte> command)
    {
        if (placements.CountOn(command) > 0 || state().Machine is not IKeyedMachine machine || machine.FindSpace(command) is not (>= 0 and var space))
            return false;
        KeyQueue? queue = state().Queues.FindQueue(space, CommandPart.NameIn(command));
        for (int index = 0; index < queue?.Operations.Count; index++)
        {
            QueuedOperation before = queue.Operations[index];
            if (!gates.IsFirm(new OperationName(before.Session, new SequenceNumber(before.Sequence)), before.Token))
                return false;
        }

        return true;
    }
}
