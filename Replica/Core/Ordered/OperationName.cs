using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>By what an operation of an ordered session is known in every group.</summary>
/// <param name="Session">The session.</param>
/// <param name="Sequence">Its number.</param>
public readonly record struct OperationName(SessionId Session, SequenceNumber Sequence)
{
    /// <summary>The operation behind it.</summary>
    public OperationName Next => new(Session, new SequenceNumber(Sequence.Number + 1));

    /// <summary>The operation before it.</summary>
    public OperationName Predecessor => new(Session, new SequenceNumber(Sequence.Number - 1));
}
