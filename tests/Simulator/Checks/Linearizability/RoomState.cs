using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Checks.Linearizability;

/// <summary>An append-only list that shares its tail with the lists it grew from.</summary>
public sealed class RoomState : IEquatable<RoomState>
{
    private readonly RoomState? _before;
    private readonly long _text;
    private readonly ulong _hash;

    private RoomState(RoomState? before, long text)
    {
        _before = before;
        _text = text;
        Count = before is null ? 0 : before.Count + 1;
        _hash = before is null ? 0 : SplitMix64.Fold(before._hash, (ulong)text);
    }

    /// <summary>The empty room.</summary>
    public static RoomState Empty { get; } = new(null, 0);

    /// <summary>Messages in it.</summary>
    public long Count { get; }

    /// <summary>The room with one more message.</summary>
    public RoomState With(long text) => new(this, text);

    /// <summary>The message with this number, 1 to <see cref="Count"/>.</summary>
    public long this[long number]
    {
        get
        {
            RoomState state = this;
            while (state.Count > number)
                state = state._before!;
            return state._text;
        }
    }

    /// <inheritdoc/>
    public bool Equals(RoomState? other)
    {
        RoomState? left = this;
        RoomState? right = other;
        while (left is not null && right is not null)
        {
            if (ReferenceEquals(left, right))
                return true;
            if (left.Count != right.Count || left._hash != right._hash || left._text != right._text)
                return false;
            left = left._before;
            right = right._before;
        }

        return left is null && right is null;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RoomState);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(_hash ^ (_hash >> 32));
}
