using PaxosShard.Wire;

namespace PaxosShard.Simulator.Clients;

/// <summary>A post that is under way.</summary>
/// <param name="Sequence">Its number in the session.</param>
/// <param name="Previous">The number before it.</param>
/// <param name="Command">The encoded command.</param>
/// <param name="Room">Which room; -1 for a post that is to be rejected.</param>
/// <param name="Text">Its unique text.</param>
/// <param name="Invoked">When it was issued.</param>
internal sealed record PendingPost(
    SequenceNumber Sequence,
    SequenceNumber Previous,
    ReadOnlyMemory<byte> Command,
    int Room,
    long Text,
    long Invoked)
{
    /// <summary>How many copies of it were sent, or are going to be.</summary>
    public int Copies { get; set; }
}
