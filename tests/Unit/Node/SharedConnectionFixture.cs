using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Replica.Node.Transport.Sharing;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Groups 7 and 8 of a process, which share connections to the process of their replicas 1; the test plays that.</summary>
public abstract class SharedConnectionFixture : IAsyncDisposable
{
    private protected const ulong OtherProcess = 99;

    private protected static readonly Input Connected = Input.PeerConnected(new ReplicaId(1));
    private protected static readonly Input Disconnected = Input.PeerDisconnected(new ReplicaId(1));

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(PeerLink Link, Task Running)> _links = [];
    private Listener _peer = null!;

    private protected TransportFixture Transport { get; private set; } = null!;

    private protected OtherGroup Other { get; private set; } = null!;

    private protected SharedRoutes Routes => Transport.Sharing!.Routes;

    [SetUp]
    public async Task Start()
    {
        NodeLimits limits = new() { PeerInboxCount = 4, PeerSendBytes = 4 * 1024 * 1024 };
        Transport = await TransportFixture.StartAsync(limits, sharing: new ConnectionSharing(process: 5));
        _peer = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        Other = Transport.Add(8, NetworkAddress.Parse($"{_peer.EndPoint}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach ((PeerLink link, Task running) in _links)
        {
            await running;
            link.Dispose();
        }

        _peer.Dispose();
        _stopping.Dispose();
        await Transport.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static LeaveView Leave(int view) => new(new View(view));

    private protected static byte[] Frame(int group, int view) => FrameWriter.Encode(Leave(view), new GroupId(group));

    private protected static Input FromPeer(int view) => Input.FromPeer(new ReplicaId(1), Leave(view));

    /// <summary>Calls the process as replica 1 of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="isRemembered">The process remembers this start of it, so that there is no second hello.</param>
    private protected async Task<(RawConnection Connection, SharedConnection Told)> CallAsync(int group, bool isRemembered = false)
    {
        RawConnection peer = await Transport.ConnectAsync();
        if (!isRemembered)
        {
            await peer.SendAsync(group, group == 7 ? Transport.PeerHello : Other.PeerHello);
            await peer.ReadAsync<Hello>();
        }

        await peer.SendAsync(group, group == 7 ? Transport.SecondPeerHello : Other.SecondPeerHello);
        if (isRemembered)
            await peer.ReadAsync<Hello>();
        return (peer, await peer.ReadAsync<SharedConnection>());
    }

    /// <summary>The process calls replica 1 of a group.</summary>
    private protected async Task<(RawConnection Called, PeerLink Link)> LinkAsync(int group)
    {
        PeerLink link = group == 7 ? Transport.LinkTo(_peer) : Other.LinkTo(_peer);
        _links.Add((link, Transport.Loop.RunAsync(() => link.RunAsync(_stopping.Token))));
        RawConnection called = await AcceptAsync(group);
        await Waiting.UntilAsync(() => link.IsUp, "the link is up");
        return (called, link);
    }

    /// <summary>The process calls replica 1 of both groups, which share from then on: the connection of group 7 carries both.</summary>
    private protected async Task<(RawConnection First, PeerLink Seven, RawConnection Second, PeerLink Eight)> LinkBothAsync()
    {
        (RawConnection first, PeerLink seven) = await LinkAsync(7);
        (RawConnection second, PeerLink eight) = await LinkAsync(8);
        await ShareAsync(first, 7, ticket: 1);
        await ShareAsync(second, 8, ticket: 2);
        return (first, seven, second, eight);
    }

    /// <summary>Replica 1 of both groups calls the process.</summary>
    private protected async Task<(RawConnection Seven, RawConnection Eight, SharedConnection Ticket)> CallBothAsync()
    {
        (RawConnection seven, SharedConnection _) = await CallAsync(7);
        (RawConnection eight, SharedConnection ticket) = await CallAsync(8);
        return (seven, eight, ticket);
    }

    /// <summary>Takes a call and says the hello; a second one of the caller follows.</summary>
    private protected async Task<RawConnection> AcceptAsync(int group)
    {
        RawConnection called = await AcceptAsync();
        Hello hello = await called.ReadAsync<Hello>();
        await called.SendAsync(group, group == 7 ? Transport.PeerHello : Other.PeerHello);
        Assert.That(hello.Group.Number, Is.EqualTo(group));
        await called.ReadAsync<Hello>();
        return called;
    }

    /// <summary>Takes a call of a start that is remembered, and says the hello and at once that groups may share.</summary>
    private protected async Task<RawConnection> AcceptRememberedAsync(SharedConnection told)
    {
        RawConnection called = await AcceptAsync();
        Hello hello = await called.ReadAsync<Hello>();
        Hello answer = Transport.PeerHello;
        answer = answer with { Standing = answer.Standing! with { KnownIdentity = hello.Identity, Known = hello.Start } };
        await called.SendAsync([.. FrameWriter.Encode(answer, new GroupId(7)), .. FrameWriter.Encode(told, new GroupId(7))]);
        return called;
    }

    /// <summary>Says that the group may share, and waits until it may.</summary>
    private protected async Task ShareAsync(RawConnection called, int group, ulong ticket)
    {
        int before = Routes.PlaceCount;
        await called.SendAsync(group, new SharedConnection(OtherProcess, ticket));
        await Waiting.UntilAsync(() => Routes.PlaceCount > before, "the group has a place");
    }

    /// <summary>Has links of groups send frames in one round.</summary>
    private protected Task SendAsync(params (PeerLink Link, int Group, int View)[] frames) => Transport.InRoundAsync(() =>
    {
        foreach ((PeerLink link, int group, int view) in frames)
        {
            link.Append(Frame(group, view));
            link.Flush();
        }
    });

    private async Task<RawConnection> AcceptAsync() => new(await _peer.AcceptAsync(_stopping.Token) ?? throw new InvalidOperationException("closed"));
}
