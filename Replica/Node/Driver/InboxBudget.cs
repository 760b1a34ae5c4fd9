namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// How much one source, or all sources of a kind together, may have in the <see cref="Inbox"/>. Owned by the inbox and
/// touched only under its lock; the creator only keeps the reference.
/// </summary>
/// <param name="count">Most inputs.</param>
/// <param name="bytes">Most bytes of frames.</param>
/// <param name="shared">The budget of all sources of this kind together; null when there is none.</param>
public sealed class InboxBudget(int count, long bytes, InboxBudget? shared = null)
{
    private int _count;
    private long _bytes;

    /// <summary>Nothing of this source waits in the inbox.</summary>
    internal bool IsEmpty => _count == 0;

    /// <summary>The budget of all sources of this kind together.</summary>
    internal InboxBudget? Shared => shared;

    /// <summary>Space for this much, here and in the shared budget. What is larger than the whole budget still fits when nothing else waits.</summary>
    internal bool HasRoom(int moreCount, long moreBytes) =>
        (_count == 0 || (_count + moreCount <= count && _bytes + moreBytes <= bytes))
        && (shared is null || shared.HasRoom(moreCount, moreBytes));

    /// <summary>So much more waits, here and in the shared budget.</summary>
    internal void Take(int moreCount, long moreBytes)
    {
        _count += moreCount;
        _bytes += moreBytes;
        shared?.Take(moreCount, moreBytes);
    }

    /// <summary>Nothing waits any more. The shared budget is empty too: all sources are taken together.</summary>
    internal void Clear()
    {
        _count = 0;
        _bytes = 0;
        shared?.Clear();
    }
}
