using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>
/// How much a replica that lags fetches in one tick. While the others serve clients, all of it at once takes processors, disk and network that clients wait for; so it fetches a part each
/// tick, in small portions, but more than is added meanwhile, so that it comes to its end. When nothing new is decided, nobody is held up, or all wait for this very replica: then it fetches as
/// fast as it can.
/// </summary>
/// <param name="options">For how long nothing has to be decided until it fetches as fast as it can.</param>
/// <param name="time">Now.</param>
internal sealed class FetchPace(GroupOptions options, StepTime time)
{
    /// <summary>Slots that it fetches in a tick at least.</summary>
    private const int LeastSlots = 64;

    /// <summary>How many times as much as is decided in a tick it fetches in one.</summary>
    private const int Times = 3;

    /// <summary>Portions into which that is divided: while one is on its way others have the processor.</summary>
    private const int Portions = 2;

    /// <summary>Ticks that are enough for a snapshot, however many pieces it has; with default options 20 s.</summary>
    private const int SnapshotTicks = 4000;

    private Slot _heard = Slot.Zero;
    private Slot _heardBefore = Slot.Zero;
    private long _measuredTick;
    private double _decidedInTick;
    private bool _isMeasured;
    private long _tick;
    private long _slots;
    private long _pieces;

    /// <summary>Others decide, as far as is known: after the first word of them it takes a timeout to see, and what was seen before they fell silent says nothing.</summary>
    public bool IsPaced => _heard != Slot.Zero && time.Tick - _measuredTick < 2 * options.TimeoutTicks && (!_isMeasured || _decidedInTick > 0);

    /// <summary>Most slots to ask for at once.</summary>
    public long SlotsAtOnce => IsPaced ? Math.Max(1, SlotsInTick / Portions) : int.MaxValue;

    /// <summary>There may be asked for more slots in this tick.</summary>
    public bool MayFetchSlots => !IsPaced || time.Tick != _tick || _slots < SlotsInTick;

    private long SlotsInTick => (long)Math.Max(LeastSlots, Times * _decidedInTick);

    /// <summary>There may be asked for another piece in this tick.</summary>
    /// <param name="count">Pieces of the whole snapshot.</param>
    public bool MayFetchPiece(long count) => !IsPaced || time.Tick != _tick || _pieces < PiecesInTick(count);

    /// <summary>Some replica has decided up to <paramref name="decided"/>.</summary>
    public void OnDecidedHeard(Slot decided)
    {
        if (_heard == Slot.Zero)
            (_heardBefore, _measuredTick) = (decided, time.Tick);
        _heard = Slot.Max(_heard, decided);
        long ticks = time.Tick - _measuredTick;
        if (ticks < options.TimeoutTicks)
            return;
        _decidedInTick = (double)(_heard - _heardBefore) / ticks;
        (_heardBefore, _measuredTick) = (_heard, time.Tick);
        _isMeasured = true;
    }

    /// <summary>Slots have come.</summary>
    public void OnSlots(int count)
    {
        Begin();
        _slots += count;
    }

    /// <summary>A piece has come.</summary>
    public void OnPiece()
    {
        Begin();
        _pieces++;
    }

    private static long PiecesInTick(long count) => (count + SnapshotTicks - 1) / SnapshotTicks;

    private void Begin()
    {
        if (time.Tick != _tick)
            (_tick, _slots, _pieces) = (time.Tick, 0, 0);
    }
}
