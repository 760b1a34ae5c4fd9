using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>What the primary knows of one follower in its view, and what it may send it next.</summary>
internal sealed class FollowerProgress
{
    private const int LongestWait = 16;

    private Slot _matchedAtLastBeat = Slot.Zero;
    private int _beatsWithoutProgress;
    private int _patience = 2;
    private bool _isRefused;

    /// <summary>Where the primary starts.</summary>
    /// <param name="matched">What is decided there, as the follower said in its promise.</param>
    /// <param name="isConnected">A connection to it is up.</param>
    /// <param name="tick">Now.</param>
    public FollowerProgress(Slot matched, bool isConnected, long tick)
    {
        Matched = matched;
        Next = matched.Next;
        IsConnected = isConnected;
        HeardTick = tick;
    }

    /// <summary>Everything up to here is decided there or accepted there in this view: its vote (rule 5). It only grows.</summary>
    public Slot Matched { get; private set; }

    /// <summary>The next slot to send.</summary>
    public Slot Next { get; private set; }

    /// <summary>Bytes of entries that were sent and are not acknowledged.</summary>
    public long BytesInFlight { get; private set; }

    /// <summary>A connection to it is up.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Tick at which it was last heard in this view.</summary>
    public long HeardTick { get; set; }

    /// <summary>The connection came up or went down; what was in flight may be lost.</summary>
    public void OnConnection(bool isUp)
    {
        IsConnected = isUp;
        Rewind();
    }

    /// <summary>A vote for everything up to a slot, from whichever of its messages; counted once (rule 5).</summary>
    public void OnAccepted(Slot through, EntryLog log)
    {
        if (through <= Matched)
            return;
        for (Slot slot = Matched.Next; slot <= through && slot < Next; slot = slot.Next)
            BytesInFlight -= log.LengthAt(slot);
        Matched = through;
        _patience = 2;
        _isRefused = false;
        if (Next <= Matched)
        {
            Next = Matched.Next;
            BytesInFlight = 0;
        }
    }

    /// <summary>The follower refused what lies above a hole: what fills the hole was lost on the way (rule 4).</summary>
    public void OnRefused() => _isRefused = true;

    /// <summary>
    /// Once per heartbeat: what was refused is sent again from the follower's prefix on (rule 4); so is what is in flight when nothing of
    /// it has arrived for a while. That wait doubles, so that a slow disk there does not bring a storm.
    /// </summary>
    public void OnBeat()
    {
        if (_isRefused)
        {
            Resend();
            return;
        }

        bool isStalled = Matched < Next.Previous && Matched == _matchedAtLastBeat;
        _matchedAtLastBeat = Matched;
        _beatsWithoutProgress = isStalled ? _beatsWithoutProgress + 1 : 0;
        if (_beatsWithoutProgress < _patience)
            return;
        _patience = Math.Min(_patience * 2, LongestWait);
        Resend();
    }

    /// <summary>The next slot may be sent: the window is bounded in slots and bytes, and who lags too far fetches by itself.</summary>
    public bool CanSend(Entry entry, Slot decided, GroupOptions options) =>
        IsConnected
        && Next - Matched <= options.ResendSlots
        && decided - Matched <= options.ResendSlots
        && (BytesInFlight == 0 || BytesInFlight + entry.Bytes.Length <= options.UndecidedBytes);

    /// <summary>The log begins above a slot now: what the follower lacks up to there it gets from a snapshot, and nothing is counted for it any more.</summary>
    public void OnTrimmed(Slot @base)
    {
        if (Matched < @base)
            Rewind();
    }

    /// <summary>The next slot was sent.</summary>
    public void OnSent(Entry entry)
    {
        BytesInFlight += entry.Bytes.Length;
        Next = Next.Next;
    }

    private void Resend()
    {
        _beatsWithoutProgress = 0;
        Rewind();
    }

    private void Rewind()
    {
        _isRefused = false;
        Next = Matched.Next;
        BytesInFlight = 0;
    }
}
