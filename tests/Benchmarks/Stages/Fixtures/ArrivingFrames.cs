using System.Buffers;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Benchmarks.Stages.Fixtures;

/// <summary>A socket on which the same frames arrive again and again, some of them together. Reading from it costs a copy, as the system makes one.</summary>
internal sealed class ArrivingFrames : ISocketStream
{
    /// <summary>The group of all frames.</summary>
    public static readonly GroupId Group = new(1);

    private readonly byte[][] _together;
    private int _next;
    private int _taken;

    private ArrivingFrames(byte[][] together) => _together = together;

    /// <summary>A receiver of such frames, with the bounds that its connection would have after the hello.</summary>
    /// <param name="contents">What the frames carry.</param>
    /// <param name="together">How many of them arrive together.</param>
    /// <param name="longest">Longest frame, in bytes.</param>
    /// <param name="readAhead">Size that the receive buffer may have, in bytes.</param>
    public static FrameReceiver Receive(IEnumerable<FrameContent> contents, int together, int longest, int readAhead)
    {
        byte[][] parts = [.. contents.Chunk(together).Select(Encode)];
        return new FrameReceiver(new ArrivingFrames(parts), new FrameReader { MaximumLength = longest, Group = Group }) { ReadAheadBytes = readAhead };
    }

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> rest = _together[_next].AsSpan(_taken);
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer.Span);
        _taken += count;
        if (count == rest.Length)
            (_next, _taken) = ((_next + 1) % _together.Length, 0);
        return new ValueTask<int>(count);
    }

    /// <inheritdoc/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => throw new InvalidOperationException("nothing is sent on this socket");

    /// <inheritdoc/>
    public void Dispose()
    {
        // There is no socket.
    }

    private static byte[] Encode(FrameContent[] contents)
    {
        ArrayBufferWriter<byte> frames = new();
        foreach (FrameContent content in contents)
            FrameWriter.Write(frames, content, Group);
        return frames.WrittenSpan.ToArray();
    }
}
