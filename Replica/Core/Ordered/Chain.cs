using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>The operations of one ordered session that a primary knows of, of whatever groups: its own that are not firm yet, and those before them (ordered rules M13 and M14).</summary>
/// <param name="session">The session.</param>
/// <param name="expiry">The expiry of the operation with which it began.</param>
/// <param name="tick">When that was.</param>
internal sealed class Chain(SessionId session, long expiry, long tick)
{
    private readonly SortedList<long, ChainLink> _links = [];

    /// <summary>The session.</summary>
    public SessionId Session => session;

    /// <summary>The highest expiry of what waits.</summary>
    public long Expiry { get; set; } = expiry;

    /// <summary>When other groups were asked last.</summary>
    public long AskedTick { get; set; } = tick;

    /// <summary>Something has changed since it was walked along.</summary>
    public bool IsChanged { get; set; }

    /// <summary>How many operations it has.</summary>
    public int Count => _links.Count;

    /// <summary>An operation, by its place in the order of the numbers.</summary>
    public ChainLink this[int index] => _links.GetValueAtIndex(index);

    /// <summary>An operation; null when nothing is known of it.</summary>
    public ChainLink? Find(SequenceNumber sequence) => _links.GetValueOrDefault(sequence.Number);

    /// <summary>Takes an operation in; false: it is there.</summary>
    public bool TryAdd(OperationName name, Arc arc) => _links.TryAdd(name.Sequence.Number, new ChainLink(name, arc));

    /// <summary>Takes the first operation out.</summary>
    public void RemoveFirst() => _links.RemoveAt(0);
}

/// <summary>An operation of a <see cref="Chain"/>.</summary>
/// <param name="name">The operation.</param>
/// <param name="arc">Its arc.</param>
internal sealed class ChainLink(OperationName name, Arc arc)
{
    /// <summary>The operation.</summary>
    public OperationName Name => name;

    /// <summary>Its arc.</summary>
    public Arc Arc => arc;

    /// <summary>What its group has told of it.</summary>
    public Standing Told { get; private set; }

    /// <summary>Its group tells something of it. What is older than what is known counts for nothing: it comes from a primary of the past, or was overtaken.</summary>
    /// <returns>It is newer.</returns>
    public bool TryTake(in Standing standing)
    {
        bool isLast = Told.State is OperationState.Firm or OperationState.Cancelled;
        bool isNewer = standing.State is OperationState.Firm or OperationState.Cancelled
            || standing.Token > Told.Token
            || (standing.Token == Told.Token && RankOf(standing.State) > RankOf(Told.State));
        if (isLast || !isNewer || standing.State == OperationState.Over)
            return false;
        Told = standing;
        return true;
    }

    private static int RankOf(OperationState state) => state switch
    {
        OperationState.Promised => 1,
        OperationState.Placed => 2,
        OperationState.Ready => 3,
        OperationState.Prepared => 4,
        _ => 0,
    };
}
