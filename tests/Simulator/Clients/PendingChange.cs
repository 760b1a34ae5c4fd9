using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Clients;

/// <summary>A change of a key that is under way.</summary>
/// <param name="Command">The encoded command; only a delete has the bytes of another one.</param>
/// <param name="Key">Which key.</param>
/// <param name="Value">What a put or a compare-and-set stores; null for others.</param>
/// <param name="Operation">What is asked, without an answer.</param>
/// <param name="IsBehindFailure">It was issued when an earlier one of the same stream had failed: it must not be applied.</param>
internal sealed record PendingChange(ReadOnlyMemory<byte> Command, int Key, byte[]? Value, KeyOperation Operation, bool IsBehindFailure)
    : PendingRequest(Command, Operation.Invoked, IsBehindFailure)
{
    private readonly List<(SessionId Session, long Sequence)> _names = [];

    /// <inheritdoc/>
    public override string Name => $"{Operation.Action} of key {Key} with token {Operation.Piece.Token:x}";

    /// <summary>The sessions and numbers under which copies of it were sent.</summary>
    public IReadOnlyList<(SessionId Session, long Sequence)> Names => _names;

    /// <summary>A copy of it is sent.</summary>
    public void AddName(SessionId session, SequenceNumber sequence)
    {
        if (!_names.Contains((session, sequence.Number)))
            _names.Add((session, sequence.Number));
    }
}

/// <summary>A read of a key that is under way.</summary>
/// <param name="Key">Which key.</param>
/// <param name="Invoked">When it was issued.</param>
internal sealed record PendingGet(int Key, long Invoked)
{
    /// <summary>For how long the client had run when it was issued, in virtual microseconds.</summary>
    public long InvokedAfter { get; init; }

    /// <summary>How long it may take, in milliseconds; null: for ever.</summary>
    public long? Timeout { get; init; }
}
