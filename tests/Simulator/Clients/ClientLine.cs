using System.Buffers;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Clients;

/// <summary>A client's one connection, and the replica it turns to.</summary>
/// <param name="setting">What the client lives in.</param>
internal sealed class ClientLine(ClientSetting setting)
{
    private readonly ArrayBufferWriter<byte> _frame = new();
    private int _target = setting.Random.Below(setting.ReplicaCount);
    private ConnectionEnd? _end;
    private bool _isConnected;

    /// <summary>Puts the answers together.</summary>
    public FrameAssembler Assembler { get; private set; } = NewAssembler();

    /// <summary>Requests can be sent.</summary>
    public bool IsConnected => _isConnected && _end is { IsOpen: true };

    /// <summary>This is the connection of now, not an earlier one.</summary>
    public bool IsCurrent(ConnectionEnd end) => ReferenceEquals(end, _end);

    /// <summary>Dials the replica it turns to, unless it has a connection or is dialling.</summary>
    public void Dial()
    {
        if (_end is not null)
            return;
        Assembler = NewAssembler();
        _isConnected = false;
        _end = setting.Network.Dial(setting.Address, _target);
    }

    /// <summary>The connection is up.</summary>
    public void OnConnected(ConnectionEnd end) => _isConnected = IsCurrent(end);

    /// <summary>The connection is gone; false when it was an earlier one.</summary>
    public bool Forget(ConnectionEnd end)
    {
        if (!IsCurrent(end))
            return false;
        _end = null;
        return true;
    }

    /// <summary>Closes the connection.</summary>
    public void HangUp()
    {
        if (_end is { } end)
            setting.Network.Close(end);
        _end = null;
    }

    /// <summary>Turns to a replica; false when it is the one of now.</summary>
    public bool TurnTo(int replica)
    {
        bool isOther = replica != _target;
        _target = replica;
        return isOther;
    }

    /// <summary>Turns to another replica; by chance mostly, because the next one may send it in a circle with this one.</summary>
    public void TurnToNext() => _target = setting.Random.Chance(3, 4)
        ? setting.Random.Below(setting.ReplicaCount)
        : (_target + 1) % setting.ReplicaCount;

    /// <summary>Sends a request, when there is a connection.</summary>
    public void Send(ClientRequest request)
    {
        if (!IsConnected)
            return;
        _frame.ResetWrittenCount();
        FrameWriter.Write(_frame, request, ReplicaSetting.Group);
        setting.Network.Send(_end!, _frame.WrittenSpan);
    }

    private static FrameAssembler NewAssembler() => new(ReplicaSetting.Group, Limits.FrameFromClient);
}
