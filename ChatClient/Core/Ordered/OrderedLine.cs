using System.Buffers.Binary;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Ordered;

/// <summary>
/// An ordered session: one line of numbers over all groups (ordered rule M1). Whoever makes it begins <see cref="OrderedCall"/>s in it; they are numbered in the order in which they begin, and end in it. When one fails, all behind
/// it fail with it, and so does what is issued before its user has heard of that. Once the outcome of one is unknown nothing more is begun in it.
/// </summary>
public sealed class OrderedLine
{
    private const int ArcBytes = 1024;

    // By their numbers: what has not been delivered, whether or not it has its result.
    private readonly List<OrderedCall> _open = [];
    private long _last;
    private PaxosShard.Hashing.Arc _lastArc;

    // The arcs of the numbers before the last one, the nearest first: filled from its end, and what is filled is written to no more, for requests name parts of it.
    private byte[] _arcs = new byte[ArcBytes];
    private int _arcsFrom = ArcBytes;

    /// <summary>The session of the calls that begin now; none before the first one. After a failure it is another one, in which the numbers go on.</summary>
    public SessionId Session { get; internal set; }

    /// <summary>Why nothing more is begun in it, as a sentence; null while something may be.</summary>
    public string? Ended { get; internal set; }

    internal IReadOnlyList<OrderedCall> Open => _open;

    // Up to which failure a session of its own was drawn: in a session of which something failed nothing more is sent.
    internal SequenceNumber DrawnAfter { get; set; } = SequenceNumber.None;

    // The last number that failed by itself, and did not only follow one that did; none before.
    internal SequenceNumber LastFailed { get; set; } = SequenceNumber.None;

    // Those that may be under way.
    internal int Window => Math.Min(_open.Count, Limits.OrderedWindow);

    internal long HighestExpiry { get; private set; }

    // The first call that is to be cancelled, and until when that may take; null when none is.
    internal OrderedCall? Cancelled { get; set; }

    internal string CancelReason { get; set; } = "";

    internal Outcome CancelOutcome { get; set; }

    internal long CancelDeadline { get; set; }

    // One below the oldest number that was not delivered: the result of its predecessor is kept (ordered rule M1).
    internal SequenceNumber Mark => new(Math.Max(1, (_open.Count > 0 ? _open[0].Sequence.Number : _last + 1) - 1));

    internal void Add(OrderedCall call)
    {
        call.Sequence = new SequenceNumber(++_last);
        call.PredecessorArc = _lastArc;
        call.EarlierArcs = _arcs.AsMemory(_arcsFrom, Math.Min(ArcBytes - _arcsFrom, OrderedRequest.MostEarlier * sizeof(ushort)));
        if (_last > 1)
            PushArc(_lastArc);
        _lastArc = call.Arc;
        _open.Add(call);
    }

    private void PushArc(PaxosShard.Hashing.Arc arc)
    {
        if (_arcsFrom == 0)
        {
            byte[] next = new byte[ArcBytes];
            _arcsFrom = ArcBytes - (OrderedRequest.MostEarlier * sizeof(ushort));
            _arcs.AsSpan(0, ArcBytes - _arcsFrom).CopyTo(next.AsSpan(_arcsFrom));
            _arcs = next;
        }

        _arcsFrom -= sizeof(ushort);
        BinaryPrimitives.WriteUInt16BigEndian(_arcs.AsSpan(_arcsFrom), (ushort)arc.Number);
    }

    internal OrderedCall? Find(SequenceNumber sequence)
    {
        int index = _open.FindIndex(call => call.Sequence == sequence);
        return index < 0 ? null : _open[index];
    }

    internal int IndexOf(OrderedCall call) => _open.IndexOf(call);

    // Expiries grow along the numbers: what waits to be sent gets its own together with the first one behind it that is.
    internal void GiveExpiries(int index, long wanted)
    {
        for (int place = 0; place <= index; place++)
        {
            if (_open[place].Expiry != 0)
                continue;
            HighestExpiry = Math.Max(HighestExpiry, wanted);
            _open[place].Expiry = HighestExpiry;
        }
    }

    // What a call has, or what it would have at least.
    internal long ExpiryOf(OrderedCall call) => call.Expiry != 0 ? call.Expiry : HighestExpiry;

    // In another session they begin anew.
    internal void ForgetExpiries()
    {
        HighestExpiry = 0;
        foreach (OrderedCall call in _open)
            call.Expiry = 0;
    }

    // Those at the front that have ended, in their order.
    internal OrderedCall? TakeEnded()
    {
        if (_open.Count == 0 || _open[0].End is null)
            return null;
        OrderedCall ended = _open[0];
        _open.RemoveAt(0);
        return ended;
    }

    // A call and all behind it that have not ended.
    internal IEnumerable<OrderedCall> From(OrderedCall call) => _open.Skip(_open.IndexOf(call)).Where(static open => open.End is null);

    // The first one behind a call that has not ended; null when there is none.
    internal OrderedCall? NextOf(OrderedCall call) => _open.Skip(_open.IndexOf(call) + 1).FirstOrDefault(static open => open.End is null);
}
