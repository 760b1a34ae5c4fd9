using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Network;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <content>What arrives on its connections.</content>
public sealed partial class SimulatedReplica
{
    /// <inheritdoc/>
    public void OnBytes(ConnectionEnd end, ReadOnlySpan<byte> bytes)
    {
        // It was ended by what arrived on another one.
        if (!end.IsOpen)
            return;
        FrameAssembler assembler = (end.State as PeerConnection)?.Frames ?? (FrameAssembler)end.State!;
        ReadOnlySpan<byte> joined = assembler.Join(bytes);
        bool isNew = false;
        try
        {
            for (; end.IsOpen && assembler.TryRead(ref joined, out FrameContent content); isNew = true)
                OnFrame(end, in content);
        }
        catch (WireFormatException)
        {
            GiveUp(end);
            return;
        }

        if (assembler.Keep(joined, isNew, setting.Queue.Now) > FrameGrace)
            GiveUp(end);
    }

    /// <summary>Reads something of a connection, which is given up when that makes no sense.</summary>
    internal void Read(ConnectionEnd end, Action read)
    {
        try
        {
            read();
        }
        catch (WireFormatException)
        {
            GiveUp(end);
        }
    }

    private void GiveUp(ConnectionEnd end)
    {
        setting.Checks.Marks.Reach(Mark.FrameSpoilt);
        setting.Network.Abort(end);
    }

    private void OnFrame(ConnectionEnd end, in FrameContent content)
    {
        int from = end.Other.Address;
        if (from >= setting.Machines)
        {
            if (content.Kind == MessageKind.ClientRequest)
                _process?.Post(Input.FromClient(new ClientHandle(end.Connection), content.Request));
            return;
        }

        if (content.Message is { } message)
            OnPeerMessage(end, (PeerConnection)end.State!, message);
    }

    /// <summary>A message of a peer is read.</summary>
    internal void OnPeerMessage(ConnectionEnd end, PeerConnection peer, Message message)
    {
        if (!end.IsOpen)
            return;
        int from = end.Other.Address;
        if (!peer.IsOpen)
        {
            _process?.Introductions.Take(end, peer, message);
            return;
        }

        if (!IsForgetful && end.Other.State is PeerConnection { IsForgetful: true })
            setting.Checks.Violations.Report("H2", $"r{Index} listens to r{from}, which has forgotten what it said");
        if (message is ConnectionRefused refused)
        {
            OnRefused(new HelloRefusal((RefusalCode)refused.Code, refused.Reason), mustStop: (RefusalCode)refused.Code == RefusalCode.Replaced);
            return;
        }

        if (!IsForgetful && _process is { } listener && !listener.ListensTo(from))
            setting.Checks.Violations.Report("H3", $"r{Index} listens to r{from}, which was replaced in its member list");
        _process?.Introductions.Hear(end, peer, message);
        _process?.Post(Input.FromPeer(new ReplicaId(setting.Checks.PlaceOf(from)), message));
        NetworkOptions options = setting.Network.Options;
        if (!setting.Network.IsCalm && setting.Random.Chance(options.ReplayPerMillion, 1_000_000))
            setting.Queue.Schedule(setting.Queue.Now + setting.Random.Below(options.LongestReplay), this, Replay, from, message);
    }
}
