using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Agreement;

/// <summary>The state hashes of the last slots that were executed, so that replicas can be compared at the same slot (rule 12).</summary>
internal sealed class HashHistory
{
    private const int Kept = 4096;

    private readonly (Slot Slot, ulong Hash)[] _hashes = new (Slot, ulong)[Kept];

    /// <summary>Notes the hash after a slot.</summary>
    public void Add(Slot slot, ulong hash) => _hashes[slot.Number % Kept] = (slot, hash);

    /// <summary>The hash after a slot, unless it is too old or not executed yet.</summary>
    public bool TryGet(Slot slot, out ulong hash)
    {
        (Slot kept, hash) = _hashes[slot.Number % Kept];
        return slot != Slot.Zero && kept == slot;
    }
}
