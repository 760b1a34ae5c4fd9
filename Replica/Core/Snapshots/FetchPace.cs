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

    /// <summary>How many times as much it has to fetch as is decided, so that it comes to its end soon enough.</summary>
    private const int Gain = 2;

    /// <summary>Bytes of entries that it fetches in a tick, to begin with: slots of a busy time are large, and those of now may be small.</summary>
    private const long LeastBytes = 32 * 1024;

    /// <summary>How many times as much as to begin with it fetches in a tick at most: more than can come in one.</summary>
    private const int MostFactor = 2048;

    /// <summary>Ticks after which twice as much comes in one, if it did not gain enough in them; with default options 10 s.</summary>
    private const int PatientTicks = 2000;

    /// <summary>Ticks from one piece to the next: to put one into a state takes a processor, for which clients may be waiting.</summary>
    private const int PieceTicks = 3;

    /// <summary>Ticks that are enough for a snapshot, however many pieces it has; with default options 120 s, which 1 GiB takes with one piece at a time.</summary>
    private const int SnapshotTicks = 24_000;

    private Slot _heard = Slot.Zero;
    private Slot _heardBefore = Slot.Zero;
    private long _measuredTick;
    private double _decidedInTick;
    private bool _isMeasured;
    private long _tick;
    private long _slots;
    private long _owedBytes;
    private long _pieces;
    private long _pieceTick;
    private int _factor = 1;
    private long _fetchedSlots;
    private long _decidedSlots;
    private long _gainTick;

    /// <summary>Others decide, as far as is known: after the first word of them it takes a timeout to see, and what was seen before they fell silent says nothing.</summary>
    public bool IsPaced => _heard != Slot.Zero && time.Tick - _measuredTick < 2 * options.TimeoutTicks && (!_isMeasured || _decidedInTick > 0);

    /// <summary>Most slots to ask for at once.</summary>
    public long SlotsAtOnce => IsPaced ? Math.Max(1, SlotsInTick / Portions) : int.MaxValue;

    /// <summary>There may be asked for more slots in this tick.</summary>
    public bool MayFetchSlots => !IsPaced || (Owed < BytesInTick && (time.Tick != _tick || _slots < SlotsInTick));

    /// <summary>Bytes that have come and were not due yet: an answer may have more than is due in a tick, and is paid for by those behind it.</summary>
    private long Owed => Math.Max(0, _owedBytes - ((time.Tick - _tick) * BytesInTick));

    private long BytesInTick => _factor * LeastBytes;

    private long SlotsInTick => (long)(_factor * Math.Max(LeastSlots, Times * _decidedInTick));

    private bool IsPieceDue => time.Tick - _pieceTick >= PieceTicks;

    /// <summary>There may be asked for another piece in this tick.</summary>
    /// <param name="count">Pieces of the whole snapshot.</param>
    public bool MayFetchPiece(long count) => !IsPaced || IsPieceDue || _pieces < PiecesAtOnce(count);

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
        _decidedSlots += _heard - _heardBefore;
        MeasureGain();
        (_heardBefore, _measuredTick) = (_heard, time.Tick);
        _isMeasured = true;
    }

    /// <summary>Slots have come.</summary>
    /// <param name="count">How many.</param>
    /// <param name="bytes">Bytes of their entries.</param>
    public void OnSlots(int count, long bytes)
    {
        Begin();
        _slots += count;

        // What came while nothing was paced, or for a candidate, is not paid for: it would fetch nothing for as long as that would have taken.
        _owedBytes = Math.Min(_owedBytes, BytesInTick) + bytes;
        _fetchedSlots += count;
    }

    /// <summary>A piece has come.</summary>
    public void OnPiece()
    {
        if (IsPieceDue)
            (_pieceTick, _pieces) = (time.Tick, 0);
        _pieces++;
    }

    private static long PiecesAtOnce(long count) => ((PieceTicks * count) + SnapshotTicks - 1) / SnapshotTicks;

    /// <summary>What it fetches has to be more than what is added: where it is held back from that for long, more comes in a tick. When it fetches nothing the next time begins with little.</summary>
    private void MeasureGain()
    {
        if (_fetchedSlots == 0)
            _factor = 1;
        else if (time.Tick - _gainTick < PatientTicks)
            return;
        else if (_fetchedSlots < Gain * _decidedSlots)
            _factor = Math.Min(2 * _factor, MostFactor);
        (_fetchedSlots, _decidedSlots, _gainTick) = (0, 0, time.Tick);
    }

    private void Begin()
    {
        if (time.Tick == _tick)
            return;
        _owedBytes = Owed;
        (_tick, _slots) = (time.Tick, 0);
    }
}
