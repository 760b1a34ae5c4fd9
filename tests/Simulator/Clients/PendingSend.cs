namespace PaxosShard.Simulator.Clients;

/// <summary>A message that is being sent.</summary>
/// <param name="Command">The encoded command; no other has the same bytes.</param>
/// <param name="Room">Which room; -1 for a message that is to be rejected.</param>
/// <param name="Text">Its unique text.</param>
/// <param name="Invoked">When it was issued.</param>
/// <param name="IsBehindFailure">It was issued when an earlier one of the same stream had failed: it must not be applied.</param>
internal sealed record PendingSend(ReadOnlyMemory<byte> Command, int Room, long Text, long Invoked, bool IsBehindFailure)
    : PendingRequest(Command, Invoked, IsBehindFailure)
{
    /// <inheritdoc/>
    public override string Name => $"text {Text:x}";
}
