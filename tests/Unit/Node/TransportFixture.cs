using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Loop;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport;
using PaxosShard.Replica.Node.Transport.Clients;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Groups;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Replica.Node.Transport.Sharing;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>The transport of replica 0 of 3 on a loopback port, without a core: what arrives is seen in the inbox.</summary>
internal sealed class TransportFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WakeSignal _posted = new(spinMicroseconds: 0);
    private readonly Task _loop;
    private readonly Task _accepting;
    private readonly SharedTransport _shared;
    private readonly List<Input> _inputs = [];

    private readonly NodeLimits _limits;
    private readonly List<GroupDoor> _doors = [];
    private readonly List<OtherGroup> _others = [];

    private TransportFixture(Listener listener, NodeLimits limits, FaultOptions faults, TimeProvider time, TimeProvider groupTime, ConnectionSharing? sharing, RequestCopies? requests)
    {
        _limits = limits;
        Sharing = sharing;
        Watch = new ConnectionWatch(time);
        Inbox = new Inbox(_posted.Set);
        _loop = DedicatedThread.RunAsync("loop", () => Loop.Run(sharing is null ? new NoWork() : new LoopWorks([new NoWork(), sharing.Routes])));
        Listener = listener;
        Self = new ReplicaCard(new Guid("11111111-2222-3333-4444-555555555555"), new GroupId(7), new ReplicaId(0), 3, 100, new StartMark(1, Guid.NewGuid()), MembersHash: 42);
        ReplicaIdentity identity = new()
        {
            Cluster = Self.Cluster,
            Group = new GroupId(7),
            Replica = Self.Self,
            ReplicaCount = 3,
            MembersHash = 42,
            Identity = 100,
        };
        Members = new CurrentMembers(Self, [$"{listener.EndPoint}", "127.0.0.1:1", "127.0.0.1:2"]);
        Greeting = new Greeting(Self, new PeerBook(Self, identity, Members), RememberAsync);
        _shared = new SharedTransport(Self, limits, Greeting, Watch, Loop, Inbox, new FrameFaults(faults), requests, sharing, _stopping.Token);
        Peers = new PeerSet(_shared);
        Hosted.Add(Self.Group, Address, Inbox);
        Groups = new GroupLinks(_shared, Hosted, groupTime, _stopping.Token);
        _doors.Add(new GroupDoor(_shared, Clients, Peers));
        Incoming = new IncomingConnections(_doors);
        _accepting = Incoming.RunAsync(listener, _stopping.Token);
    }

    public Listener Listener { get; }

    public ReplicaCard Self { get; }

    /// <summary>The member list, which a test may change.</summary>
    public CurrentMembers Members { get; }

    public Greeting Greeting { get; }

    public ConnectionWatch Watch { get; }

    public EventLoop Loop { get; } = new(spinMicroseconds: 0);

    public Inbox Inbox { get; }

    public ClientTable Clients { get; } = new();

    public PeerSet Peers { get; }

    /// <summary>Where the process of the replica is known.</summary>
    public NetworkAddress Address => NetworkAddress.Parse($"{Listener.EndPoint}");

    /// <summary>The groups of the process of the replica; a test may add others.</summary>
    public HostedGroups Hosted { get; } = new();

    /// <summary>The replicas of other groups.</summary>
    public GroupLinks Groups { get; }

    public IncomingConnections Incoming { get; }

    /// <summary>How the groups of the process share connections; null when they do not.</summary>
    public ConnectionSharing? Sharing { get; }

    public List<(ReplicaId Peer, PeerMemory Memory)> Remembered { get; } = [];

    public Hello ClientHello { get; } = new(5, 5, PeerRole.Client, Guid.Empty, GroupId.None, new ReplicaId(0), new ReplicaId(0), 0, 0, 0);

    /// <summary>Start 5 of the data directory 101, in the place of replica 1.</summary>
    public StartMark PeerStart { get; } = new(5, new Guid("55555555-0000-0000-0000-000000000000"));

    public Hello PeerHello => (Self with { Self = new ReplicaId(1), Identity = 101, Start = PeerStart }).HelloTo(Self.Self);

    /// <summary>The same, after the peer has noted that this start of it may be remembered.</summary>
    public Hello SecondPeerHello => PeerHello with { Standing = PeerHello.Standing! with { Shown = new ShownStarts(default, PeerStart) } };

    /// <summary>The last that was made durable of replica 1.</summary>
    public PeerMemory LastMemory => Remembered[^1].Memory;

    public static async Task<TransportFixture> StartAsync(NodeLimits? limits = null, FaultOptions? faults = null, TimeProvider? time = null, TimeProvider? groupTime = null, ConnectionSharing? sharing = null, RequestCopies? requests = null) =>
        new(await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0)), limits ?? new NodeLimits(), faults ?? new FaultOptions(), time ?? TimeProvider.System, groupTime ?? TimeProvider.System, sharing, requests);

    /// <summary>Another group of the same process; to be added before anybody connects.</summary>
    /// <param name="group">The group.</param>
    /// <param name="peer">Where its replica 1 listens.</param>
    public OtherGroup Add(int group, NetworkAddress peer)
    {
        OtherGroup other = new(new GroupId(group), Self, _limits, Watch, Loop, Sharing, peer, _stopping.Token);
        _others.Add(other);
        _doors.Add(other.Door);
        return other;
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Listener.EndPoint);

    /// <summary>A client whose hello is done.</summary>
    public async Task<RawConnection> ConnectClientAsync()
    {
        RawConnection client = await ConnectAsync();
        await client.SendAsync(ClientHello);
        await client.ReadAsync<Hello>();
        return client;
    }

    /// <summary>A peer whose hellos are done.</summary>
    public async Task<RawConnection> ConnectPeerAsync()
    {
        RawConnection peer = await ConnectAsync();
        await peer.SendAsync(PeerHello);
        await peer.ReadAsync<Hello>();
        await peer.SendAsync(SecondPeerHello);
        return peer;
    }

    /// <summary>Does something on the thread on which the driver sends, and waits for the end of the round.</summary>
    public async Task InRoundAsync(Action action)
    {
        await OnLoopAsync(action);
        await OnLoopAsync(static () => { });
    }

    /// <summary>A link to a peer that the test plays.</summary>
    public PeerLink LinkTo(Listener peer) =>
        new(new ReplicaId(1), NetworkAddress.Parse(peer.EndPoint.ToString()), _shared, new PeerPresence(new ReplicaId(1), Inbox.Post));

    /// <summary>Takes from the inbox, as a driver does, what is there, and then until so many inputs came since the start.</summary>
    public List<Input> TakeInputs(int count)
    {
        long end = Environment.TickCount64 + 20_000;
        _inputs.AddRange(Inbox.Take(traffic: true));
        while (_inputs.Count < count && Environment.TickCount64 < end)
        {
            _posted.Wait(100);
            _inputs.AddRange(Inbox.Take(traffic: true));
        }

        return _inputs;
    }

    /// <summary>Does something on the thread on which the driver sends.</summary>
    public Task OnLoopAsync(Action action) => Loop.RunAsync(() =>
    {
        action();
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        Listener.Dispose();
        Inbox.Close();
        await Incoming.CloseAllAsync("the test is over");
        await Groups.Completion;
        Peers.Dispose();
        Greeting.Dispose();
        foreach (OtherGroup other in _others)
            await other.DisposeAsync();
        Loop.Stop();
        await _loop;
        Loop.Dispose();
        _posted.Dispose();
        _stopping.Dispose();
    }

    private Task RememberAsync(ReplicaId peer, PeerMemory memory)
    {
        Remembered.Add((peer, memory));
        return Task.CompletedTask;
    }

    /// <summary>The test takes the driver's place.</summary>
    private sealed class NoWork : ILoopWork
    {
        public int MillisecondsLeft => 1000;

        public void Turn()
        {
            // Inputs are for the test to take.
        }
    }
}
