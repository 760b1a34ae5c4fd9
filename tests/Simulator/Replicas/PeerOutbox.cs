using System.Buffers;
using PaxosShard.Simulator.Network;

namespace PaxosShard.Simulator.Replicas;

/// <summary>Gathers the frames of one turn for one receiver, so that they leave in one write.</summary>
internal sealed class PeerOutbox
{
    private ArrayBufferWriter<byte> _frames = new();

    /// <summary>The connection; null while there is none.</summary>
    public ConnectionEnd? End { get; set; }

    /// <summary>Something waits to be flushed.</summary>
    public bool HasFrames => _frames.WrittenCount > 0;

    /// <summary>Adds a frame; without a connection it is lost.</summary>
    public void Append(ReadOnlySpan<byte> frame)
    {
        if (End is { IsOpen: true })
            _frames.Write(frame);
    }

    /// <summary>Sends what was gathered.</summary>
    public void Flush(SimulatedNetwork network)
    {
        if (_frames.WrittenCount == 0)
            return;
        if (End is { IsOpen: true } end && !network.Send(end, _frames.WrittenSpan) && end.IsOpen)
        {
            // The send queue is full: the peer is too slow for this connection, and starts anew on another one.
            network.Abort(end);
        }

        _frames.ResetWrittenCount();
        if (_frames.Capacity > 1024 * 1024)
            _frames = new ArrayBufferWriter<byte>();
    }
}
