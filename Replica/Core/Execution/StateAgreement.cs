using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>
/// Compares the replicas' states by their hashes at the same executed slot (rule 12). Every replica keeps its own hashes of the last
/// slots; a primary asks the others for theirs. Hashes roll, so a follower that agrees at a slot agreed at all slots
/// before it, and one that differs at a slot differs at all slots behind it until it is started again and builds its state
/// anew: what counts is the newest report of each. Whom a quorum contradicts is wrong. While a difference stands that no quorum
/// decides, nobody knows who is right.
/// </summary>
/// <param name="options">The group.</param>
internal sealed class StateAgreement(GroupOptions options)
{
    /// <summary>Slots whose hash is kept: a follower that lags farther is compared once it has caught up.</summary>
    private const int Kept = 4096;

    private readonly (Slot Slot, ulong Hash)[] _own = new (Slot, ulong)[Kept];
    private readonly Standing[] _standings = new Standing[options.ReplicaCount];
    private readonly Ahead[] _ahead = new Ahead[options.ReplicaCount];
    private Slot _executed;
    private Slot _lowestAhead;
    private (Slot Slot, ulong Hash) _agreedAhead;

    /// <summary>Up to this slot a quorum is known to have had this replica's state, whoever led.</summary>
    public Slot AgreedThrough { get; private set; }

    /// <summary>A quorum of followers told one and the same state that is not this replica's: it is this one that is wrong.</summary>
    public bool IsContradicted
    {
        get
        {
            foreach (Standing first in _standings)
            {
                if (first.Differs && _standings.Count(other => other.TellsTheSameAs(first)) >= options.Quorum)
                    return true;
            }

            return false;
        }
    }

    /// <summary>A follower differs, and those that agree with this replica at that slot, itself included, are no quorum: no client may get a result.</summary>
    public bool IsInDoubt
    {
        get
        {
            foreach (Standing standing in _standings)
            {
                if (standing.Differs && AgreeingThrough(standing.DiffersFrom) < options.Quorum)
                    return true;
            }

            return false;
        }
    }

    /// <summary>This replica has executed a slot: what was told of it before is compared now, before anybody is answered.</summary>
    public void OnExecuted(Slot slot, ulong hash)
    {
        _own[slot.Number % Kept] = (slot, hash);
        _executed = slot;
        if (_agreedAhead.Slot != Slot.Zero && slot >= _agreedAhead.Slot)
        {
            (Slot agreed, ulong agreedHash) = _agreedAhead;
            _agreedAhead = default;
            OnAgreed(agreed, agreedHash);
        }

        if (_lowestAhead == Slot.Zero || slot < _lowestAhead)
            return;
        _lowestAhead = Slot.Zero;
        for (int index = 0; index < _ahead.Length; index++)
        {
            ((Slot lowest, ulong lowestHash), (Slot newest, ulong newestHash)) = _ahead[index];
            _ahead[index] = default;
            OnReport(new ReplicaId(index), lowest, lowestHash);
            OnReport(new ReplicaId(index), newest, newestHash);
        }
    }

    /// <summary>This replica's hash after a slot, unless that is too long ago or not executed yet.</summary>
    public bool TryGet(Slot slot, out ulong hash)
    {
        (Slot kept, hash) = _own[slot.Number % Kept];
        return slot != Slot.Zero && kept == slot;
    }

    /// <summary>
    /// A quorum has this hash after a slot. Of those that this replica has yet to execute the lowest one waits, so that one that lags all the time still hears that it agrees.
    /// </summary>
    public void OnAgreed(Slot slot, ulong hash)
    {
        if (slot > _executed)
        {
            if (_agreedAhead.Slot == Slot.Zero)
                _agreedAhead = (slot, hash);
            return;
        }

        if (TryGet(slot, out ulong own) && own == hash)
            AgreedThrough = Slot.Max(AgreedThrough, slot);
    }

    /// <summary>A primary of a new view has heard nobody yet.</summary>
    public void ForgetOthers()
    {
        Array.Clear(_standings);
        Array.Clear(_ahead);
        _lowestAhead = Slot.Zero;
    }

    /// <summary>
    /// Another replica told its hash after a slot. It may have executed more than this one, which has found its state on the disk or learns
    /// in this very step what is decided: then the lowest of what it tells waits, so that nothing behind it is answered uncompared, and the
    /// newest, which counts.
    /// </summary>
    public void OnReport(ReplicaId from, Slot slot, ulong hash)
    {
        if (slot > _executed)
        {
            KeepAhead(from, slot, hash);
            return;
        }

        if (!TryGet(slot, out ulong expected))
            return;
        ref Standing standing = ref _standings[from.Index];
        if (hash == expected)
            standing.Agree(slot);
        else
            standing.Differ(slot, hash);
    }

    /// <summary>The highest slot at which a quorum, this replica included, is known to have the same hash.</summary>
    public Slot AgreedSlot(Slot executed)
    {
        Span<long> agreed = stackalloc long[options.ReplicaCount];
        for (int index = 0; index < agreed.Length; index++)
            agreed[index] = (index == options.Self.Index ? executed : _standings[index].AgreedThrough).Number;
        agreed.Sort();
        return new Slot(agreed[options.ReplicaCount - options.Quorum]);
    }

    private void KeepAhead(ReplicaId from, Slot slot, ulong hash)
    {
        ref Ahead ahead = ref _ahead[from.Index];
        bool isLowest = ahead.Lowest.Slot == Slot.Zero || slot <= ahead.Lowest.Slot;
        ahead = new Ahead(isLowest ? (slot, hash) : ahead.Lowest, (slot, hash));
        _lowestAhead = _lowestAhead == Slot.Zero ? slot : Slot.Min(_lowestAhead, slot);
    }

    private int AgreeingThrough(Slot slot) => 1 + _standings.Count(standing => standing.AgreedThrough >= slot);

    /// <summary>What one follower told of slots that are not executed here; slot 0 for nothing.</summary>
    private readonly record struct Ahead((Slot Slot, ulong Hash) Lowest, (Slot Slot, ulong Hash) Newest);

    /// <summary>What one follower last told, compared with this replica's own hashes. It never agrees through a slot at which it differs.</summary>
    private struct Standing
    {
        private Slot _lastSlot;
        private ulong _lastHash;

        /// <summary>The highest slot at which it agreed.</summary>
        public Slot AgreedThrough { get; private set; }

        /// <summary>The lowest slot at which it is known to differ; <see cref="Slot.Zero"/> when it does not.</summary>
        public Slot DiffersFrom { get; private set; }

        /// <summary>It differs.</summary>
        public readonly bool Differs => DiffersFrom != Slot.Zero;

        /// <summary>Both differ from this replica and not from each other, at one and the same slot.</summary>
        public readonly bool TellsTheSameAs(Standing other) =>
            Differs && _lastSlot == other._lastSlot && _lastHash == other._lastHash;

        /// <summary>It told this replica's own hash after a slot. Of a slot below the one at which it differs that says nothing.</summary>
        public void Agree(Slot slot)
        {
            if (Differs && slot < DiffersFrom)
                return;
            AgreedThrough = Slot.Max(AgreedThrough, slot);
            DiffersFrom = Slot.Zero;
        }

        /// <summary>It told another hash after a slot.</summary>
        public void Differ(Slot slot, ulong hash)
        {
            (_lastSlot, _lastHash) = (slot, hash);
            DiffersFrom = Differs ? Slot.Min(DiffersFrom, slot) : slot;
            AgreedThrough = Slot.Min(AgreedThrough, DiffersFrom.Previous);
        }
    }
}
