using System.Buffers;
using System.Globalization;
using PaxosShard.Client.Core;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Clients;

/// <summary>A client's connections on the simulated network, by the numbers that its core gives them.</summary>
/// <param name="setting">What the client lives in.</param>
/// <param name="take">Takes what happens on them.</param>
internal sealed class ClientConnections(ClientSetting setting, Action<ClientInput> take)
{
    private const string Name = "replica-";
    private const string Port = ":1";
    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly Dictionary<int, ConnectionEnd> _ends = [];

    /// <summary>The address of a machine, as clients and members know it.</summary>
    public static string AddressOf(int machine) => string.Create(CultureInfo.InvariantCulture, $"{Name}{machine}{Port}");

    /// <summary>The machine that has this address.</summary>
    public static int MachineOf(string address) => int.Parse(address.AsSpan(Name.Length, address.Length - Name.Length - Port.Length), CultureInfo.InvariantCulture);

    /// <summary>Begins to connect; an address of nobody fails at once.</summary>
    public void Connect(int number, string address)
    {
        int machine = 0;
        while (machine < setting.Machines && !address.Equals(AddressOf(machine), StringComparison.Ordinal))
            machine++;
        ConnectionEnd end = setting.Network.Dial(setting.Address, machine);
        end.State = new ClientConnection(number);
        _ends.Add(number, end);
    }

    /// <summary>Sends a request, when the connection is still there.</summary>
    public void Send(int number, in ClientRequest request)
    {
        if (!_ends.TryGetValue(number, out ConnectionEnd? end))
            return;
        if (setting.Log is { IsFull: true } log)
            log.Write($"client {setting.Number} -> r{end.Other.Address} {Describe.Request(in request)}");
        _frame.ResetWrittenCount();
        FrameWriter.Write(_frame, request, ReplicaSetting.Group);
        setting.Network.Send(end, _frame.WrittenSpan);
    }

    /// <summary>Closes a connection, also one that is not up yet.</summary>
    public void Close(int number)
    {
        if (_ends.Remove(number, out ConnectionEnd? end))
            setting.Network.Close(end);
    }

    /// <summary>Closes all of them.</summary>
    public void CloseAll()
    {
        foreach (int number in _ends.Keys.ToArray())
            Close(number);
    }

    /// <summary>A connection is up.</summary>
    public void OnConnected(ConnectionEnd end)
    {
        if (Find(end) is { } connection)
            take(ClientInput.Opened(connection.Number, ReplicaSetting.Group));
    }

    /// <summary>A connection did not come up, or is gone.</summary>
    public void OnEnded(ConnectionEnd end)
    {
        if (Find(end) is not { } connection)
            return;
        _ends.Remove(connection.Number);
        take(ClientInput.Ended(connection.Number, "connection lost"));
    }

    /// <summary>Bytes arrived.</summary>
    public void OnBytes(ConnectionEnd end, ReadOnlySpan<byte> bytes)
    {
        if (Find(end) is not { } connection)
            return;
        FrameAssembler frames = connection.Frames;
        ReadOnlySpan<byte> joined = frames.Join(bytes);
        try
        {
            while (frames.TryRead(ref joined, out FrameContent content))
            {
                if (content.Kind == MessageKind.ClientReply)
                    take(ClientInput.Replied(connection.Number, content.Reply));
            }
        }
        catch (WireFormatException)
        {
            Close(connection.Number);
            take(ClientInput.Ended(connection.Number, "not a replica's answer"));
            return;
        }

        // How long this frame takes is of no account here: a request that takes too long ends the connection.
        frames.Keep(joined, isNew: true, setting.Queue.Now);
    }

    private ClientConnection? Find(ConnectionEnd end) =>
        end.State is ClientConnection connection && _ends.TryGetValue(connection.Number, out ConnectionEnd? known) && known == end ? connection : null;

    private sealed class ClientConnection(int number)
    {
        public int Number { get; } = number;

        public FrameAssembler Frames { get; } = new(ReplicaSetting.Group, Limits.FrameFromClient);
    }
}
