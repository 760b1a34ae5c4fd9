namespace PaxosShard.Simulator.Checks;

/// <summary>Something per slot, kept in an array that grows with the log.</summary>
/// <typeparam name="T">What is kept; its default value stands for "nothing yet".</typeparam>
public sealed class SlotTable<T>
    where T : struct
{
    private T[] _items = new T[256];

    /// <summary>The highest slot that was ever asked for to be changed.</summary>
    public long Highest { get; private set; }

    /// <summary>The place of a slot, to read or change it.</summary>
    public ref T this[long slot]
    {
        get
        {
            if (slot >= _items.Length)
                Array.Resize(ref _items, (int)Math.Max(slot + 1, _items.Length * 2L));
            Highest = Math.Max(Highest, slot);
            return ref _items[slot];
        }
    }

    /// <summary>What is kept for a slot; the default beyond the end.</summary>
    public T Read(long slot) => slot < _items.Length && slot >= 0 ? _items[slot] : default;

    /// <summary>Forgets what is kept for the slots above one.</summary>
    public void ClearAbove(long slot)
    {
        if (slot + 1 < _items.Length)
            Array.Clear(_items, (int)slot + 1, _items.Length - (int)slot - 1);
        Highest = Math.Min(Highest, slot);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_items);
        Highest = 0;
    }
}

/// <summary>What one replica's disk holds for a slot.</summary>
/// <param name="IsStored">It holds something.</param>
/// <param name="View">The view it was accepted in; -1 for what was learned.</param>
/// <param name="Value">Hash of the value.</param>
/// <param name="IsLearned">It was stored with a decided mark: no vote.</param>
public readonly record struct StoredSlot(bool IsStored, long View, ulong Value, bool IsLearned);
