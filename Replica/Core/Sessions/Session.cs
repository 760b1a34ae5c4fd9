using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// One client's identity in the log: which of its unacknowledged requests ran, and what they were answered (rule 9).
/// A window, not "the highest number": clients pipeline, and what is missing in the middle has not run.
/// </summary>
/// <remarks>
/// The results stand in a ring, at their number modulo its length; it doubles up to the window and is never longer.
/// Invariant: stored results have numbers from <see cref="AcknowledgedBelow"/> to <see cref="Highest"/>, and that span
/// is at most the ring's length. A record is tagged with the arc of its command. A payload of up to <see cref="ResultPlace.LongestInline"/> bytes, as nearly all have, stands in the ring itself:
/// the collector has no object for it. What a session takes is counted in <see cref="Bytes"/>.
/// Before anything of it changes its table hears of it, for an export may not have come to it yet; and afterwards of the bytes that it takes more, or fewer.
/// </remarks>
internal sealed class Session
{
    /// <summary>Places of the ring of a session in which nothing has run.</summary>
    public const int FirstCapacity = 2;

    private const int OwnBytes = 256;
    private const int PlaceBytes = 32;
    private const ulong PromisedBit = 1UL << 63;
    private const int OrderedPlaceBytes = PlaceBytes + PlacementToken.Bytes;
    private const int PayloadBytes = 24;

    private readonly SessionTable _table;
    private ResultPlace[] _ring;

    // Beside the ring, for the results of an ordered session alone: which placement of its operation each is of.
    private PlacementToken[]? _tokens;

    /// <summary>A session in which nothing has run.</summary>
    /// <param name="id">Who it is.</param>
    /// <param name="dueAt">When it is looked at first.</param>
    /// <param name="table">Hears of changes before they are made.</param>
    public Session(SessionId id, long dueAt, SessionTable table)
    {
        Id = id;
        DueAt = dueAt;
        ChangedAt = table.CurrentSlot;
        Digest = StableHash64.Combine((ulong)(id.Number >> 64), (ulong)id.Number);
        _table = table;
        _ring = new ResultPlace[FirstCapacity];
        _tokens = id.IsOrdered ? new PlacementToken[FirstCapacity] : null;
    }

    /// <summary>A session of an export, as it was there; its results follow with <see cref="Restore"/>.</summary>
    /// <param name="head">All of it besides the results; checked by the caller.</param>
    /// <param name="table">Hears of changes before they are made.</param>
    public Session(in SessionHead head, SessionTable table)
    {
        Id = head.Id;
        AcknowledgedBelow = head.AcknowledgedBelow;
        Highest = head.Highest;
        Digest = head.Digest;
        HighestExpiry = head.HighestExpiry;
        DueAt = head.DueAt;
        ChangedAt = head.ChangedAt;
        _table = table;
        _ring = new ResultPlace[head.Capacity];
        _tokens = head.Id.IsOrdered ? new PlacementToken[head.Capacity] : null;
    }

    /// <summary>Who it is.</summary>
    public SessionId Id { get; }

    /// <summary>The highest expiry of all requests that ran in it: it is kept as long as log time is not above it. It only grows.</summary>
    public long HighestExpiry { get; private set; }

    /// <summary>Until when it is kept, in log time: an ordered one for longer, because what was cancelled in it, or took effect, can be asked for elsewhere (ordered rule M11).</summary>
    public long KeptUntil => KeptUntilOf(Id, HighestExpiry);

    /// <summary>When the table looks at it next, in log time: its highest expiry when it last did. Part of the state, for it decides when it is dropped.</summary>
    public long DueAt { get; private set; }

    /// <summary>
    /// The slot in which its mark or its highest expiry changed last, or in which it was made: what groups tell each other of sessions goes by it. Part of the state; set by
    /// the table's order alone.
    /// </summary>
    public Slot ChangedAt { get; set; }

    /// <summary>
    /// The client has every result below this number: they are dropped, and no number below it runs again. It only grows.
    /// </summary>
    public long AcknowledgedBelow { get; private set; } = 1;

    /// <summary>The highest number that ran and whose result was not taken with its arc; 0, or below the mark, for none.</summary>
    public long Highest { get; private set; }

    /// <summary>
    /// Rolling hash over every result that was stored, and again over what was still there when it was dropped, so that a
    /// bit that flipped in between shows.
    /// </summary>
    public ulong Digest { get; private set; }

    /// <summary>Bytes of all results that are kept.</summary>
    public long ResultBytes { get; private set; }

    /// <summary>Bytes of memory that it takes, about, with its results.</summary>
    public long Bytes => BytesOf(Id, _ring.Length) + ResultBytes + (Results * PayloadBytes);

    /// <summary>Results that are kept.</summary>
    public int Results { get; private set; }

    /// <summary>Places of the ring from the mark to the highest number, in which its results stand.</summary>
    public int PlacesHeld => (int)Math.Max(0, Highest - AcknowledgedBelow + 1);

    /// <summary>All of it besides the results.</summary>
    public SessionHead Head => new(Id, AcknowledgedBelow, Highest, Digest, HighestExpiry, DueAt, ChangedAt, _ring.Length);

    /// <summary>Its place among all sessions; the table's own.</summary>
    public int Index { get; set; }

    /// <summary>Where it stands in the order of changes; that order's own.</summary>
    public ChangedSessions.Part? Part { get; set; }

    /// <summary>Its place in <see cref="Part"/>; the same order's own.</summary>
    public int PlaceInPart { get; set; }

    /// <summary>The number of the last export that has passed it, has kept it, or began before it was there.</summary>
    public long PassedBy { get; set; }

    /// <summary>Until when a session is kept whose highest expiry is this, in log time.</summary>
    public static long KeptUntilOf(SessionId id, long highestExpiry) => id.IsOrdered ? highestExpiry + Limits.OrderedLife : highestExpiry;

    /// <summary>Bytes of memory that a session without results takes, about.</summary>
    /// <param name="id">Who it is: an ordered one takes more.</param>
    /// <param name="capacity">Places of its ring.</param>
    public static long BytesOf(SessionId id, int capacity) => OwnBytes + ((long)capacity * (id.IsOrdered ? OrderedPlaceBytes : PlaceBytes));

    /// <summary>Bytes of memory that a result takes besides its place, about.</summary>
    /// <param name="payload">Bytes of its payload.</param>
    public static long BytesOfResult(int payload) => (long)payload + PayloadBytes;

    /// <summary>Whether this number ran and its result is still kept.</summary>
    public bool Ran(long sequence) =>
        sequence >= AcknowledgedBelow && sequence <= Highest && !PlaceOf(sequence).IsEmpty;

    /// <summary>This number was cancelled, and that is still kept (ordered rule M11).</summary>
    public bool WasCancelled(long sequence) => Ran(sequence) && PlaceOf(sequence).Status == ReplyStatus.Cancelled;

    /// <summary>This number took effect, and its result is still kept: it ran, and was not cancelled.</summary>
    public bool TookEffect(long sequence) => Ran(sequence) && PlaceOf(sequence).Status != ReplyStatus.Cancelled;

    /// <summary>Which placement of the operation ran under a number that ran, or which entry cancelled it; none in a session that is not ordered (ordered rule M3).</summary>
    public PlacementToken TokenOf(long sequence) => _tokens is { } tokens && Ran(sequence) ? tokens[IndexOf(sequence)] : PlacementToken.None;

    /// <summary>The stored result of a number that ran.</summary>
    /// <param name="sequence">The number.</param>
    /// <param name="commandHash">The hash of the command that ran under it.</param>
    /// <param name="result">What it was answered.</param>
    /// <returns>False when it did not run or its result was dropped.</returns>
    public bool TryGetResult(long sequence, out ulong commandHash, out CommandResult result)
    {
        if (!Ran(sequence))
        {
            commandHash = 0;
            result = default;
            return false;
        }

        ref ResultPlace place = ref PlaceOf(sequence);
        commandHash = place.CommandHash;
        result = new CommandResult(place.Status, place.Payload.ToArray());
        return true;
    }

    /// <summary>Where the payload of a stored result stands; empty when the number did not run or its result was dropped. For tests that look inside and spoil it.</summary>
    public Span<byte> PayloadIn(long sequence) => Ran(sequence) ? PlaceOf(sequence).Payload : default;

    /// <summary>
    /// Everything that is kept of a number that ran, for an export. It is compared with its hash, because a bit that has flipped since it was stored would go into a snapshot,
    /// outlive this process and spread (rule 12).
    /// </summary>
    /// <param name="sequence">The number.</param>
    /// <param name="stored">What is kept.</param>
    /// <returns>False when it did not run or its result was dropped.</returns>
    /// <exception cref="InvariantBrokenException">It is not what was stored.</exception>
    public bool TryGetStored(long sequence, out StoredResult stored)
    {
        stored = default;
        if (!TryGetResult(sequence, out ulong commandHash, out CommandResult result))
            return false;
        ref ResultPlace place = ref PlaceOf(sequence);
        Invariant.Holds(HashOf(ref place, sequence) == place.Hash, "a stored result is what it was when it was stored");
        stored = new StoredResult(sequence, commandHash, new Arc(place.Arc), result) { Token = TokenOf(sequence) };
        return true;
    }

    /// <summary>Bytes of the results that would be kept if the mark were as high as this.</summary>
    public long ResultBytesFrom(long below)
    {
        long bytes = ResultBytes;
        long end = Math.Min(below, Highest + 1);
        for (long sequence = AcknowledgedBelow; sequence < end; sequence++)
            bytes -= PlaceOf(sequence).PayloadLength;
        return bytes;
    }

    /// <summary>Raises the mark and drops the results below it. A lower mark than the one known changes nothing.</summary>
    public void Acknowledge(long below)
    {
        if (below <= AcknowledgedBelow)
            return;
        _table.BeforeChange(this);
        long before = Bytes;
        long end = Math.Min(below, Highest == long.MaxValue ? Highest : Highest + 1);
        for (long sequence = AcknowledgedBelow; sequence < end; sequence++)
            Drop(sequence);
        AcknowledgedBelow = below;
        _table.NoteBytes(Bytes - before);
        _table.NoteChange(this);
    }

    /// <summary>
    /// Keeps the result of a number that ran; the caller has checked that it is within the window. When arcs have moved while it ran, its mark may have passed it, and nothing
    /// is kept, or another result of its number may have come, and this one takes its place.
    /// </summary>
    /// <param name="sequence">The number.</param>
    /// <param name="commandHash">The hash of the command that ran under it.</param>
    /// <param name="arc">The arc of the command.</param>
    /// <param name="expiry">The expiry of the request.</param>
    /// <param name="result">What it was answered.</param>
    /// <param name="token">Which placement of the operation ran; none in a session that is not ordered.</param>
    public void Store(long sequence, ulong commandHash, Arc arc, long expiry, CommandResult result, PlacementToken token = default)
    {
        _table.BeforeChange(this);
        if (expiry > HighestExpiry)
        {
            HighestExpiry = expiry;
            _table.NoteChange(this);
        }

        if (sequence >= AcknowledgedBelow)
            Put(new StoredResult(sequence, commandHash, arc, result) { Token = token });
    }

    /// <summary>Raises the highest expiry to what another group knows of the session, if that is higher (rule 9).</summary>
    public void Extend(long expiry)
    {
        if (expiry <= HighestExpiry)
            return;
        _table.BeforeChange(this);
        HighestExpiry = expiry;
        Digest = StableHash64.Combine(Digest, (ulong)expiry);
        _table.NoteChange(this);
    }

    /// <summary>
    /// Takes out the results of arcs that move (rule 9): what has run there is known by whoever serves them from now on, and neither the mark nor the end of this session touches it any more.
    /// </summary>
    /// <param name="isTaken">Which arcs.</param>
    /// <param name="taken">Gets the results, in the order of their numbers.</param>
    public void Take(Predicate<Arc> isTaken, List<MovedRecord> taken)
    {
        bool isFirst = true;
        long before = Bytes;
        long left = AcknowledgedBelow - 1;
        for (long sequence = AcknowledgedBelow; sequence <= Highest; sequence++)
        {
            if (!Ran(sequence))
                continue;
            if (!isTaken(new Arc(PlaceOf(sequence).Arc)))
            {
                left = sequence;
                continue;
            }

            if (isFirst)
                _table.BeforeChange(this);
            isFirst = false;
            TryGetStored(sequence, out StoredResult stored);
            taken.Add(new MovedRecord(Id, stored));
            Drop(sequence);
        }

        if (isFirst)
            return;
        Highest = left;
        _table.NoteBytes(Bytes - before);
    }

    /// <summary>Puts in a result that came with its arc (rule 9). One below the mark, which the client has, or one whose number has a result here, changes nothing.</summary>
    /// <param name="stored">The result; the caller has checked that it is within the window.</param>
    public void Add(in StoredResult stored)
    {
        if (stored.Sequence < AcknowledgedBelow || Ran(stored.Sequence))
            return;
        _table.BeforeChange(this);
        Put(in stored);
    }

    /// <summary>It was looked at and stays: it is due again when it need not be kept any more, or, when only its queued operations keep it, as soon as log time has gone on.</summary>
    /// <param name="logTime">Log time.</param>
    public void LookAgain(long logTime)
    {
        _table.BeforeChange(this);
        DueAt = Math.Max(KeptUntil, logTime);
    }

    /// <summary>Puts a result of an export in its place; the head has its number and its hash already.</summary>
    /// <param name="stored">The result, of a number from the mark to the highest one that has none yet.</param>
    public void Restore(in StoredResult stored)
    {
        Fill(in stored);
    }

    private ulong HashOf(ref ResultPlace place, long sequence)
    {
        ulong hash = place.ContentHash;
        if (_tokens is null)
            return hash;
        PlacementToken token = _tokens[IndexOf(sequence)];
        return StableHash64.Combine(StableHash64.Combine(StableHash64.Combine(hash, (ulong)token.Era), (ulong)token.FirstView.Number), (ulong)token.Slot.Number | (token.IsPromised ? PromisedBit : 0));
    }

    private void Put(in StoredResult stored)
    {
        long sequence = stored.Sequence;
        long before = Bytes;
        long top = Math.Max(Highest, sequence);
        if (top - AcknowledgedBelow >= _ring.Length)
            Grow(top - AcknowledgedBelow + 1);
        Drop(sequence);
        Fill(in stored);
        ref ResultPlace place = ref PlaceOf(sequence);
        Highest = top;
        Digest = StableHash64.OfWords([Digest, (ulong)sequence, (ulong)HighestExpiry, place.Hash]);
        _table.NoteBytes(Bytes - before);
    }

    private void Fill(in StoredResult stored)
    {
        ref ResultPlace place = ref PlaceOf(stored.Sequence);
        place.Fill(in stored);
        if (_tokens is { } tokens)
            tokens[IndexOf(stored.Sequence)] = stored.Token;
        place.Hash = HashOf(ref place, stored.Sequence);
        ResultBytes += place.PayloadLength;
        Results++;
    }

    private int IndexOf(long sequence) => (int)(sequence & (_ring.Length - 1));

    private ref ResultPlace PlaceOf(long sequence) => ref _ring[IndexOf(sequence)];

    private void Drop(long sequence)
    {
        ref ResultPlace place = ref PlaceOf(sequence);
        if (place.IsEmpty)
            return;
        ResultBytes -= place.PayloadLength;
        Results--;

        // Computed anew: a bit that has flipped since it was stored has to show in the state hash.
        Digest = StableHash64.Combine(Digest, HashOf(ref place, sequence));
        place = default;
    }

    private void Grow(long needed)
    {
        ResultPlace[] old = _ring;
        PlacementToken[]? oldTokens = _tokens;
        int capacity = old.Length;
        while (capacity < needed)
            capacity *= 2;
        _ring = new ResultPlace[capacity];
        _tokens = oldTokens is null ? null : new PlacementToken[capacity];
        long held = Highest - AcknowledgedBelow + 1;
        for (long offset = 0; offset < held; offset++)
        {
            long sequence = AcknowledgedBelow + offset;
            int from = (int)(sequence & (old.Length - 1));
            PlaceOf(sequence) = old[from];
            if (oldTokens is not null)
                _tokens![IndexOf(sequence)] = oldTokens[from];
        }
    }
}
