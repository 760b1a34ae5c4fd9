using System.Buffers;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Network;
using PaxosShard.Wire.Frames;

namespace PaxosShard.Simulator.Replicas;

/// <summary>The connections that clients have to one life of a replica, and the way their replies go.</summary>
/// <param name="setting">What the replica lives in.</param>
internal sealed class ClientEnds(ReplicaSetting setting)
{
    private readonly Dictionary<long, ConnectionEnd> _ends = [];
    private readonly ArrayBufferWriter<byte> _frame = new();

    /// <summary>Connections that are open.</summary>
    public int Count => _ends.Count;

    /// <summary>A client connected.</summary>
    public void Add(ConnectionEnd end) => _ends[end.Connection] = end;

    /// <summary>A client is gone; false when it was not known.</summary>
    public bool Remove(ConnectionEnd end) => _ends.Remove(end.Connection);

    /// <summary>Sends a reply; to a client without a connection it goes as the script says.</summary>
    public void Send(in Reply reply)
    {
        if (!_ends.TryGetValue(reply.Client.Number, out ConnectionEnd? end))
        {
            setting.ReplySink?.Invoke(reply.Client, reply.Message);
            return;
        }

        if (setting.Log is { IsFull: true } log)
            log.Write($"r{setting.Number} -> client {end.Other.Address - setting.Machines} {Describe.Reply(reply.Message)}");
        _frame.ResetWrittenCount();
        FrameWriter.Write(_frame, reply.Message, ReplicaSetting.Group);
        setting.Network.Send(end, _frame.WrittenSpan);
    }
}
