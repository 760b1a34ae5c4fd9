using NLog;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>All peers of a replica: a link to each, what each sends, and whether each is there.</summary>
internal sealed class PeerSet : IDisposable
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(PeerSet));

    private readonly SharedTransport _shared;
    private readonly PeerLink?[] _links;
    private readonly PeerPresence[] _presence;
    private readonly InboxBudget[] _budgets;
    private readonly PeerConnection?[] _incoming;
    private List<Task> _running = [];

    /// <summary>The peers in the member list, but for this replica itself.</summary>
    public PeerSet(SharedTransport shared)
    {
        int count = shared.Self.ReplicaCount;
        _shared = shared;
        _links = new PeerLink?[count];
        _presence = new PeerPresence[count];
        _budgets = new InboxBudget[count];
        _incoming = new PeerConnection?[count];
        for (int index = 0; index < count; index++)
        {
            ReplicaId peer = new(index);
            _presence[index] = new PeerPresence(peer, shared.Inbox.Post);
            _budgets[index] = new InboxBudget(shared.Limits.PeerInboxCount, shared.Limits.PeerInboxBytes);
            if (peer != shared.Self.Self)
                _links[index] = new PeerLink(peer, AddressOf(index), shared, _presence[index]);
        }
    }

    /// <summary>Calls all peers, until the token is cancelled.</summary>
    public void Start(CancellationToken stopping) =>
        _running = [.. _links.OfType<PeerLink>().Select(link => _shared.Loop.RunAsync(() => link.RunAsync(stopping)))];

    /// <summary>Ends when the token given to <see cref="Start"/> is cancelled and all links are closed.</summary>
    public Task Completion => Task.WhenAll(_running);

    /// <summary>Bytes of a peer lie in a socket and were not read yet. Any thread.</summary>
    public bool HasUnread
    {
        get
        {
            for (int index = 0; index < _incoming.Length; index++)
            {
                if (Volatile.Read(ref _incoming[index]) is { Receiver.HasUnread: true })
                    return true;
            }

            return false;
        }
    }

    /// <summary>Queues the frame of a message for a peer. Only the driver's thread calls it.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="frame">The whole frame.</param>
    /// <param name="isBulk">As in <see cref="PeerLink.Append"/>.</param>
    public void Append(ReplicaId peer, ReadOnlySpan<byte> frame, bool isBulk) => _links[peer.Index]?.Append(frame, isBulk);

    /// <summary>Sends what was queued, to each peer at once. Only the driver's thread calls it.</summary>
    public void Flush()
    {
        foreach (PeerLink? link in _links)
            link?.Flush();
    }

    /// <summary>
    /// The member list has changed (rule 13): replaced peers are told so and not listened to any more, newcomers are called at their addresses, and peers whose hello could not be
    /// judged before introduce themselves again. Only the driver's thread calls it.
    /// </summary>
    public void OnMembers()
    {
        EffectiveMembers members = _shared.Members.Now;
        _log.Warn("{Replica} has executed member list {Number}: {Addresses:l}", _shared.Self.Self, members.Number, string.Join(',', members.Addresses));
        if (members.HasReplacedSelf)
            _log.Warn("{Replica} was replaced: it votes no more, and answers what it knows until another replica tells it to stop", _shared.Self.Self);
        for (int index = 0; index < _links.Length; index++)
        {
            _links[index]?.OnMembers(AddressOf(index));
            if (Volatile.Read(ref _incoming[index]) is { } incoming)
                EndIfOver(incoming);
        }
    }

    /// <summary>Serves a connection that a peer opened, until it ends. A newer connection of the same peer takes the place of the older one.</summary>
    /// <exception cref="WireFormatException">The peer does not keep to the protocol.</exception>
    public async Task ReceiveAsync(Introduction introduction, WatchedConnection connection)
    {
        Hello hello = introduction.Met!;
        ReplicaId peer = hello.Replica;
        PeerReceiver receiver = new(hello, connection, _budgets[peer.Index], _shared, _presence[peer.Index].Moved);
        PeerConnection current = new(introduction, connection) { Receiver = receiver };
        _presence[peer.Index].IncomingUp();
        if (hello.List > _shared.Members.Now.Number && NetworkAddress.TryParse(hello.Standing!.Address, out NetworkAddress? address))
            _links[peer.Index]?.OnCalledFrom(address);
        _links[peer.Index]?.Nudge();

        // A full fence, as in a link: a member list that is executed later finds this connection, and one that was executed earlier is seen below.
        Interlocked.Exchange(ref _incoming[peer.Index], current)?.Connection.Close("the peer opened a newer connection");
        try
        {
            if (EndIfOver(current))
                return;
            await receiver.RunAsync();
            connection.Connection.Close(CloseReasons.ClosedByOther);
        }
        finally
        {
            Interlocked.CompareExchange(ref _incoming[peer.Index], null, current);
            _presence[peer.Index].IncomingDown();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PeerLink? link in _links)
            link?.Dispose();
    }

    private NetworkAddress AddressOf(int index) => NetworkAddress.Parse(_shared.Members.Now.Addresses[index]);

    private bool EndIfOver(PeerConnection connection)
    {
        if (!connection.Introduction.IsOver)
            return false;
        _shared.Greeting.End(connection.Introduction, connection.Connection);
        return true;
    }
}
