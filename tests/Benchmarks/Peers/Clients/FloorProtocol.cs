using System.Buffers.Binary;
using PaxosShard.Benchmarks.Peers.Floor;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>Appends values to the floor.</summary>
/// <param name="value">Each of them.</param>
internal sealed class FloorProtocol(ReadOnlyMemory<byte> value) : ClientProtocol
{
    /// <inheritdoc/>
    public override void WriteRequest(SendBuffer output, int slot) => FloorFrames.AddRequest(output, slot, value.Span);

    /// <inheritdoc/>
    public override int ReadReplies(ReadOnlySpan<byte> received, SendBuffer output, List<Reply> replies)
    {
        int taken = 0;
        for (; received.Length - taken >= FloorFrames.Reply; taken += FloorFrames.Reply)
            replies.Add(new Reply(BinaryPrimitives.ReadInt32LittleEndian(received[taken..]), IsAcknowledged: true));
        return taken;
    }
}
