using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PaxosShard.Simulator.Checks;

/// <summary>The values of one slot, one per view, with the replicas that stand behind each. Nearly every slot has one only.</summary>
public struct ValuesByView
{
    private ValueInView _first;
    private List<ValueInView>? _others;

    /// <summary>The entry of this view and value; made when it is not there yet.</summary>
    [UnscopedRef]
    public ref ValueInView Find(long view, ulong value)
    {
        if (!_first.IsUsed || (_first.View == view && _first.Value == value))
        {
            _first.Take(view, value);
            return ref _first;
        }

        _others ??= [];
        Span<ValueInView> others = CollectionsMarshal.AsSpan(_others);
        for (int index = 0; index < others.Length; index++)
        {
            if (others[index].View == view && others[index].Value == value)
                return ref others[index];
        }

        ValueInView added = default;
        added.Take(view, value);
        _others.Add(added);
        return ref CollectionsMarshal.AsSpan(_others)[^1];
    }

    /// <summary>Who stands behind this view and value, one bit per replica.</summary>
    public readonly ushort ReplicasOf(long view, ulong value)
    {
        if (_first.IsUsed && _first.View == view && _first.Value == value)
            return _first.Replicas;
        if (_others is not null)
        {
            foreach (ValueInView other in _others)
            {
                if (other.View == view && other.Value == value)
                    return other.Replicas;
            }
        }

        return 0;
    }

    /// <summary>The value of this view; false when there is none.</summary>
    public readonly bool TryGet(long view, out ulong value)
    {
        value = _first.Value;
        if (_first.IsUsed && _first.View == view)
            return true;
        if (_others is not null)
        {
            foreach (ValueInView other in _others)
            {
                if (other.View != view)
                    continue;
                value = other.Value;
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds a view above <paramref name="view"/> that has another value; -1 when there is none.</summary>
    public readonly long FindOtherAbove(long view, ulong value)
    {
        if (_first.IsUsed && _first.View > view && _first.Value != value)
            return _first.View;
        if (_others is not null)
        {
            foreach (ValueInView other in _others)
            {
                if (other.View > view && other.Value != value)
                    return other.View;
            }
        }

        return -1;
    }

    /// <summary>The lowest view that has this value; -1 when none has.</summary>
    public readonly long FindLowest(ulong value)
    {
        long lowest = _first.IsUsed && _first.Value == value ? _first.View : -1;
        if (_others is not null)
        {
            foreach (ValueInView other in _others)
            {
                if (other.Value == value && (lowest < 0 || other.View < lowest))
                    lowest = other.View;
            }
        }

        return lowest;
    }

    /// <summary>True when a view below <paramref name="view"/> has this value.</summary>
    public readonly bool HasBelow(long view, ulong value)
    {
        if (_first.IsUsed && _first.View < view && _first.Value == value)
            return true;
        if (_others is not null)
        {
            foreach (ValueInView other in _others)
            {
                if (other.View < view && other.Value == value)
                    return true;
            }
        }

        return false;
    }
}

/// <summary>A value in a view, and who stands behind it.</summary>
public struct ValueInView
{
    /// <summary>The view.</summary>
    public long View { get; private set; }

    /// <summary>Hash of the value.</summary>
    public ulong Value { get; private set; }

    /// <summary>One bit per replica.</summary>
    public ushort Replicas { get; set; }

    /// <summary>It stands for something.</summary>
    public bool IsUsed { get; private set; }

    internal void Take(long view, ulong value)
    {
        View = view;
        Value = value;
        IsUsed = true;
    }
}
