using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// Whether an operation may get its place before its effect (ordered rule M3). Where it may not, it waits for its predecessor, which is slower and always right: so the bounds here are below those at execution, and what
/// is counted need not be exact. Made for one view.
/// </summary>
/// <param name="state">What was executed.</param>
/// <param name="outlet">The primary.</param>
/// <param name="placements">What is on the way into the log.</param>
/// <param name="isOn">Operations may get their places before their predecessors take effect.</param>
internal sealed class PlacingLimits(Func<ReplicatedState> state, IOrderedOutlet outlet, Placements placements, bool isOn)
{
    /// <summary>Most operations of a group in queues, or on the way there.</summary>
    public const int Most = KeyQueues.Most / 4;

    /// <summary>Most operations on one key or room.</summary>
    public const int PerKey = KeyQueues.PerKey / 2;

    /// <summary>Most bytes of a group in queues, or on the way there.</summary>
    public const long MostBytes = KeyQueues.MostBytes / 2;

    // Of operations that were taken out of their queues; when there are more all are forgotten, and may be placed early again.
    private const int MostHeldBack = 4096;

    private readonly HashSet<OperationName> _heldBack = [];

    /// <summary>Operations may get their places before their predecessors take effect.</summary>
    public bool IsOn => isOn;

    /// <summary>Nothing gets its place before its effect: somebody waits for all queues to be empty (ordered rule M10).</summary>
    public bool IsPaused { get; set; }

    /// <summary>An operation was taken out of its queue: the next time it waits for its predecessor.</summary>
    public void HoldBack(OperationName name)
    {
        if (_heldBack.Count >= MostHeldBack)
            _heldBack.Clear();
        _heldBack.Add(name);
    }

    /// <summary>An operation may be placed before its effect.</summary>
    /// <param name="name">The operation.</param>
    /// <param name="command">Its command.</param>
    public bool Allow(OperationName name, ReadOnlySpan<byte> command) => IsOn && outlet.MayTell && !IsPaused && !_heldBack.Contains(name) && IsRoomFor(command);

    private bool IsRoomFor(ReadOnlySpan<byte> command)
    {
        if (state().Machine is not IKeyedMachine machine || machine.FindSpace(command) is not (>= 0 and var space))
            return false;
        ReadOnlySpan<byte> name = CommandPart.NameIn(command);
        Arc arc = Arc.Of(name);
        KeyQueues queues = state().Queues;
        int onKey = (queues.FindQueue(space, name)?.Operations.Count ?? 0) + placements.CountOn(command);
        return machine.FindOwner(arc).IsHere
            && !machine.IsCopied(arc)
            && onKey < PerKey
            && queues.Count + placements.Count < Most
            && queues.Bytes + placements.Bytes + command.Length < MostBytes
            && machine.HasSpaceFor(command);
    }
}
