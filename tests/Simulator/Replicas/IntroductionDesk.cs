using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>
/// Carries out the product's introductions for one life of a replica: what is noted goes to the log first, then the hello leaves.
/// A connection on which the hellos are not done in time is given up, as in the product.
/// </summary>
internal sealed class IntroductionDesk : IEventTarget
{
    /// <summary>As in the product: longer than this no hello may be on its way, in virtual microseconds.</summary>
    public const long Handshake = 5_000_000;

    private readonly SimulatedReplica _machine;
    private readonly ReplicaSetting _setting;
    private readonly ReplicaProcess _process;
    private readonly ReplicaCard _card;
    private readonly PeerBook _book;
    private readonly Queue<(ConnectionEnd End, PeerConnection Peer, Message Message)>?[] _unread;
    private readonly LogQueue _log;

    /// <summary>Begins with what the disk remembers.</summary>
    public IntroductionDesk(SimulatedReplica machine, ReplicaProcess process, LogQueue log, RecoveredState recovered)
    {
        _machine = machine;
        _setting = machine.Setting;
        _process = process;
        _log = log;
        ReplicaIdentity identity = machine.Disk.Identity;
        _card = ReplicaCard.Of(identity, recovered, ExecutionRules.HashOf(_setting.Options, _setting.Kind.New()));
        _book = new PeerBook(_card, identity, new CurrentMembers(_card, process.Addresses));
        _book.Members.Update(process.Core.Members);
        _unread = new Queue<(ConnectionEnd, PeerConnection, Message)>?[identity.ReplicaCount];
    }

    /// <summary>There is another member list.</summary>
    public void OnMembers(Members members) => _book.Members.Update(members);

    /// <summary>A peer dialled: its hello is waited for.</summary>
    public void Accept(ConnectionEnd end) => Begin(end, called: null);

    /// <summary>A dialled connection is there: the hello leaves.</summary>
    public void Call(ConnectionEnd end) => Send(end, Begin(end, new ReplicaId(PlaceAt(end))).Introduction.Begin());

    /// <summary>A message came before the hellos were done. One note about a peer is on its way to the disk at a time: until it is there, nothing more is read of its hellos.</summary>
    /// <exception cref="WireFormatException">It is no hello.</exception>
    public void Take(ConnectionEnd end, PeerConnection peer, Message message)
    {
        int index = PlaceAt(end);
        if (_unread[index] is { } unread)
        {
            unread.Enqueue((end, peer, message));
            return;
        }

        IntroductionStep step = peer.Introduction.Take(message);
        if (step.ToldBy is { } told)
        {
            Leave(end, peer);
            _machine.OnRefused(told, mustStop: told.StopsReceiver);
        }
        else if (step.Refusal is { } refusal)
        {
            Send(end, new ConnectionRefused((int)refusal.Code, refusal.Reason));
            Leave(end, peer);
            if (refusal.IsAboutSelf)
                _machine.OnRefused(refusal, mustStop: true);
        }
        else if (step.Note is { } note)
        {
            _unread[index] = new Queue<(ConnectionEnd, PeerConnection, Message)>();
            _log.Remember(step.Peer, note, isDurable =>
            {
                if (!isDurable)
                    return;
                _book.Commit(step.Peer, note);
                Queue<(ConnectionEnd End, PeerConnection Peer, Message Message)> later = _unread[index]!;
                _unread[index] = null;
                GoOn(end, peer, step);
                while (later.TryDequeue(out (ConnectionEnd End, PeerConnection Peer, Message Message) next))
                    _machine.Read(next.End, () => _machine.OnPeerMessage(next.End, next.Peer, next.Message));
            });
        }
        else
        {
            GoOn(end, peer, step);
        }
    }

    /// <summary>A peer says something after the hellos.</summary>
    public void Hear(ConnectionEnd end, PeerConnection peer, Message message) =>
        _book.Hear(new ReplicaId(PlaceAt(end)), peer.Introduction.Met!.Start, message);

    /// <summary>Takes what was heard of the promises and votes of the peers.</summary>
    public IReadOnlyList<HeardMark> TakeHeard() => _book.TakeHeard();

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        ConnectionEnd end = (ConnectionEnd)scheduled.Payload!;
        if (end.IsOpen && end.State is PeerConnection { IsOpen: false })
            _setting.Network.Abort(end);
    }

    private PeerConnection Begin(ConnectionEnd end, ReplicaId? called)
    {
        PeerConnection peer = new(new Introduction(_card, _book, called), isIncoming: called is null, _machine.IsForgetful);
        end.State = peer;
        _setting.Queue.Schedule(_setting.Queue.Now + Handshake, this, 0, 0, end);
        return peer;
    }

    private void GoOn(ConnectionEnd end, PeerConnection peer, IntroductionStep step)
    {
        if (!end.IsOpen)
            return;
        if (step.SaysHello)
            Send(end, peer.Introduction.Speak());
        peer.IsOpen = step.IsDone;
        if (!step.IsDone)
            return;
        if (peer.Introduction.IsOver)
        {
            peer.IsOpen = false;
            Leave(end, peer);
            return;
        }

        _machine.Checks.OnConnection(_machine.Index, PlaceAt(end), 1);
        _process.OnIntroduced(end, peer);
    }

    private void Leave(ConnectionEnd end, PeerConnection peer)
    {
        _setting.Network.Close(end);
        if (!peer.IsIncoming)
            _process.OnOutgoingClosed(PlaceAt(end), wasUp: false);
    }

    private int PlaceAt(ConnectionEnd end) => _setting.Checks.PlaceOf(end.Other.Address);

    private void Send(ConnectionEnd end, Message message)
    {
        if (_machine.EndsBeforeFrame(message.Kind, end.Other.Address))
            return;
        if (_setting.Log is { IsFull: true } log)
            log.Write($"r{_machine.Index} -> r{end.Other.Address} {Describe.Message(message)}");
        _setting.Network.Send(end, FrameWriter.Encode(message, ReplicaSetting.Group));
    }
}
