using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>All peers of a replica: a link to each, what each sends, and whether each is there.</summary>
internal sealed class PeerSet : IDisposable
{
    private readonly SharedTransport _shared;
    private readonly PeerLink?[] _links;
    private readonly PeerPresence[] _presence;
    private readonly InboxBudget[] _budgets;
    private readonly WatchedConnection?[] _incoming;
    private List<Task> _running = [];

    /// <summary>The peers in a member list, but for this replica itself.</summary>
    public PeerSet(MemberList members, SharedTransport shared)
    {
        _shared = shared;
        _links = new PeerLink?[members.Count];
        _presence = new PeerPresence[members.Count];
        _budgets = new InboxBudget[members.Count];
        _incoming = new WatchedConnection?[members.Count];
        for (int index = 0; index < members.Count; index++)
        {
            ReplicaId peer = new(index);
            _presence[index] = new PeerPresence(peer, shared.Inbox.Post);
            _budgets[index] = new InboxBudget(shared.Limits.PeerInboxCount, shared.Limits.PeerInboxBytes);
            if (peer != shared.Self.Self)
                _links[index] = new PeerLink(peer, members[peer], shared, _presence[index]);
        }
    }

    /// <summary>Calls all peers, until the token is cancelled.</summary>
    public void Start(CancellationToken stopping) =>
        _running = [.. _links.OfType<PeerLink>().Select(link => Task.Run(() => link.RunAsync(stopping), CancellationToken.None))];

    /// <summary>Ends when the token given to <see cref="Start"/> is cancelled and all links are closed.</summary>
    public Task Completion => Task.WhenAll(_running);

    /// <summary>Bytes of a peer lie in a socket and were not read yet. Any thread.</summary>
    public bool HasUnread
    {
        get
        {
            for (int index = 0; index < _incoming.Length; index++)
            {
                if (Volatile.Read(ref _incoming[index]) is { Connection.HasUnread: true })
                    return true;
            }

            return false;
        }
    }

    /// <summary>Queues the frame of a message for a peer. Only the driver's thread calls it.</summary>
    public void Append(ReplicaId peer, ReadOnlySpan<byte> frame) => _links[peer.Index]?.Append(frame);

    /// <summary>Sends what was queued, to each peer at once. Only the driver's thread calls it.</summary>
    public void Flush()
    {
        foreach (PeerLink? link in _links)
            link?.Flush();
    }

    /// <summary>Serves a connection that a peer opened, until it ends. A newer connection of the same peer takes the place of the older one.</summary>
    /// <exception cref="WireFormatException">The peer does not keep to the protocol.</exception>
    public async Task ReceiveAsync(Hello hello, WatchedConnection connection)
    {
        ReplicaId peer = hello.Replica;
        _presence[peer.Index].IncomingUp();
        _links[peer.Index]?.Nudge();
        Interlocked.Exchange(ref _incoming[peer.Index], connection)?.Connection.Close("the peer opened a newer connection");
        try
        {
            await new PeerReceiver(hello, connection, _budgets[peer.Index], _shared).RunAsync();
            connection.Connection.Close(CloseReasons.ClosedByOther);
        }
        finally
        {
            Interlocked.CompareExchange(ref _incoming[peer.Index], null, connection);
            _presence[peer.Index].IncomingDown();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PeerLink? link in _links)
            link?.Dispose();
    }
}
