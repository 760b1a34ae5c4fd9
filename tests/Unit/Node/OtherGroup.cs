using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Loop;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport;
using PaxosShard.Replica.Node.Transport.Clients;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Replica.Node.Transport.Sharing;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Another group in the process of a <see cref="TransportFixture"/>, without a core.</summary>
internal sealed class OtherGroup : IAsyncDisposable
{
    private readonly ReplicaCard _self;
    private readonly Greeting _greeting;
    private readonly SharedTransport _shared;
    private readonly PeerSet _peers;
    private readonly WakeSignal _posted = new(spinMicroseconds: 0);
    private readonly Inbox _inbox;
    private readonly List<Input> _inputs = [];
    private readonly CancellationToken _stopping;

    public OtherGroup(GroupId group, ReplicaCard first, NodeLimits limits, ConnectionWatch watch, EventLoop loop, ConnectionSharing? sharing, NetworkAddress peer, CancellationToken stopping)
    {
        _stopping = stopping;
        _self = first with { Group = group };
        _inbox = new Inbox(_posted.Set);
        ReplicaIdentity identity = new() { Cluster = _self.Cluster, Group = group, Replica = _self.Self, ReplicaCount = 3, MembersHash = 42, Identity = _self.Identity };
        _greeting = new Greeting(_self, new PeerBook(_self, identity, new CurrentMembers(_self, ["127.0.0.1:3", $"{peer}", "127.0.0.1:2"])), static (_, _) => Task.CompletedTask);
        _shared = new SharedTransport(_self, limits, _greeting, watch, loop, _inbox, new FrameFaults(new FaultOptions()), Requests: null, sharing, stopping);
        _peers = new PeerSet(_shared);
        Door = new GroupDoor(_shared, new ClientTable(), _peers);
    }

    public GroupDoor Door { get; }

    /// <summary>The hello of replica 1.</summary>
    public Hello PeerHello => (_self with { Self = new ReplicaId(1), Identity = 101, Start = new StartMark(5, new Guid("55555555-0000-0000-0000-000000000000")) }).HelloTo(_self.Self);

    /// <summary>The same, after the peer has noted that this start of it may be remembered.</summary>
    public Hello SecondPeerHello => PeerHello with { Standing = PeerHello.Standing! with { Shown = new ShownStarts(default, PeerHello.Start) } };

    /// <summary>A link to a peer that the test plays.</summary>
    public PeerLink LinkTo(Listener peer) =>
        new(new ReplicaId(1), NetworkAddress.Parse(peer.EndPoint.ToString()), _shared, new PeerPresence(new ReplicaId(1), _inbox.Post));

    /// <summary>Takes from the inbox, as a driver does, what is there, and then until so many inputs came since the start.</summary>
    public List<Input> TakeInputs(int count)
    {
        long end = Environment.TickCount64 + 20_000;
        _inputs.AddRange(_inbox.Take(traffic: true));
        while (_inputs.Count < count && Environment.TickCount64 < end)
        {
            _posted.Wait(100);
            _inputs.AddRange(_inbox.Take(traffic: true));
        }

        return _inputs;
    }

    /// <summary>Calls its peers, of which replica 1 is where the fixture says.</summary>
    public void Start() => _peers.Start(_stopping);

    public async ValueTask DisposeAsync()
    {
        await _peers.Completion;
        _peers.Dispose();
        _greeting.Dispose();
        _posted.Dispose();
    }
}
