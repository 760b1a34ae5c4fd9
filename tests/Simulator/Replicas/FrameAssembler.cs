using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>Puts frames together from pieces that are cut anywhere, by the product's own frame reader.</summary>
public sealed class FrameAssembler
{
    private readonly FrameReader _reader = new();
    private byte[] _rest = [];
    private int _restLength;
    private long _begunAt = -1;

    /// <summary>An assembler for one direction of a connection.</summary>
    /// <param name="group">The group every frame has to name.</param>
    /// <param name="maximumLength">Longest frame, in bytes after its length field.</param>
    public FrameAssembler(GroupId group, int maximumLength)
    {
        _reader.Group = group;
        _reader.MaximumLength = maximumLength;
    }

    /// <summary>Encodes a message between replicas and decodes it again, as a connection does.</summary>
    public static Message PassThroughCodec(Message message)
    {
        FrameAssembler assembler = new(ReplicaSetting.Group, Limits.FrameBetweenReplicas);
        ReadOnlySpan<byte> frame = FrameWriter.Encode(message, ReplicaSetting.Group);
        return assembler.TryRead(ref frame, out FrameContent decoded) && decoded.Message is { } read
            ? read
            : throw new InvalidOperationException("a whole frame was not read");
    }

    /// <summary>Joins what arrived with what was left over.</summary>
    /// <param name="bytes">What arrived.</param>
    /// <returns>What can be read from; valid until the next call.</returns>
    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> bytes)
    {
        if (_restLength == 0)
            return bytes;
        int length = _restLength + bytes.Length;
        if (_rest.Length < length)
            Array.Resize(ref _rest, length * 2);
        bytes.CopyTo(_rest.AsSpan(_restLength));
        _restLength = 0;
        return _rest.AsSpan(0, length);
    }

    /// <summary>Takes the next message off the front.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> joined, out FrameContent content) =>
        _reader.TryRead(ref joined, out content);

    /// <summary>Keeps what is left, a frame that is not complete, for the next piece.</summary>
    /// <param name="left">What is left.</param>
    /// <param name="isNew">A frame was read since the last call: what is left is the beginning of another one.</param>
    /// <param name="now">Virtual microseconds.</param>
    /// <returns>How long this frame has been on its way: a spoilt length makes one that never ends.</returns>
    public long Keep(ReadOnlySpan<byte> left, bool isNew, long now)
    {
        if (left.IsEmpty)
        {
            _begunAt = -1;
            return 0;
        }

        if (isNew || _begunAt < 0)
            _begunAt = now;
        if (_rest.Length < left.Length)
            _rest = left.ToArray();
        else
            left.CopyTo(_rest);
        _restLength = left.Length;
        return now - _begunAt;
    }
}
