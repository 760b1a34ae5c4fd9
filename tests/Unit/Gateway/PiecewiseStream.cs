namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>Bytes that arrive in pieces.</summary>
/// <param name="bytes">All of them.</param>
/// <param name="piece">Most bytes that one read gets.</param>
internal sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
}
