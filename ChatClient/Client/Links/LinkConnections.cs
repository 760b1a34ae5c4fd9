using System.Runtime.InteropServices;
using PaxosShard.Client.Connections;
using PaxosShard.Client.Core;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Links;

/// <summary>The connections of a link, by the numbers that its core gives them.</summary>
/// <param name="onlyCluster">The cluster meant; empty: that of the first primary.</param>
/// <param name="connectAt">Tells where to connect instead of at an address; null: there.</param>
/// <param name="pump">Takes what happens on them.</param>
internal sealed class LinkConnections(Guid onlyCluster, Func<string, string>? connectAt, CorePump pump) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, LinkConnection> _connections = [];
    private readonly List<ReplicaConnection> _written = [];
    private ReplicaConnection? _open;
    private int _chosen;
    private Guid _cluster = onlyCluster;

    /// <summary>Begins to connect.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="address">Where to.</param>
    /// <param name="group">The group meant; none for any.</param>
    public void Connect(int number, string address, GroupId group)
    {
        LinkConnection connection = new();
        lock (_gate)
            _connections.Add(number, connection);
        Guid cluster = _cluster;
        connection.Running = Task.Run(() => RunAsync(number, address, cluster, group, connection));
    }

    /// <summary>Sends requests, all of a connection together; nothing happens with those of a connection that has ended. Called by one thread at a time.</summary>
    public void Send(List<SendEffect> sends)
    {
        foreach (ref readonly SendEffect send in CollectionsMarshal.AsSpan(sends))
            Choose(send.Connection)?.Write(send.Request);
        Flush();
    }

    /// <summary>Sends operations of ordered sessions, as <see cref="Send(List{SendEffect})"/> does.</summary>
    public void Send(List<OrderedSendEffect> sends)
    {
        foreach (OrderedSendEffect send in sends)
            Choose(send.Connection)?.Write(send.Request);
        Flush();
    }

    /// <summary>Ends a connection, also one that is not up yet.</summary>
    public void Close(int number) => Find(number)?.Closed.Cancel();

    /// <summary>Something came on this connection that was not posted yet.</summary>
    public bool HasUnread(int number) => Find(number)?.Open?.HasUnread ?? false;

    /// <summary>The primary is at the other end of this one: from the first primary on only replicas of its cluster will do.</summary>
    public void OnPrimary(int number)
    {
        if (_cluster == Guid.Empty && Find(number)?.Open is { } connection)
            _cluster = connection.Peer.Cluster;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        LinkConnection[] connections;
        lock (_gate)
            connections = [.. _connections.Values];
        foreach (LinkConnection connection in connections)
            await connection.Closed.CancelAsync();
        foreach (LinkConnection connection in connections)
            await connection.Running;
    }

    // Each write to a socket wakes its other end up: neighbours that go to different groups would cost one each.
    private ReplicaConnection? Choose(int number)
    {
        if (number != _chosen)
        {
            _chosen = number;
            _open = Find(number)?.Open;
            if (_open is not null && !_written.Contains(_open))
                _written.Add(_open);
        }

        return _open;
    }

    private void Flush()
    {
        foreach (ReplicaConnection connection in _written)
            connection.Flush();
        _written.Clear();
        (_chosen, _open) = (0, null);
    }

    private LinkConnection? Find(int number)
    {
        lock (_gate)
            return _connections.GetValueOrDefault(number);
    }

    private async Task RunAsync(int number, string address, Guid cluster, GroupId group, LinkConnection connection)
    {
        string reason = "the client failed";
        try
        {
            await using ReplicaConnection open = await ReplicaConnection.OpenAsync(connectAt?.Invoke(address) ?? address, cluster, group, connection.Closed.Token);
            connection.Open = open;
            Post(ClientInput.Opened(number, open.Peer.Group));
            List<ClientInput> inputs = [];
            reason = await open.RunAsync(OnReplies, GoOn, connection.Closed.Token);

            void OnReplies(List<ClientReply> replies)
            {
                inputs.Clear();
                foreach (ClientReply reply in replies)
                    inputs.Add(ClientInput.Replied(number, reply));
                pump.Post(CollectionsMarshal.AsSpan(inputs));
            }
        }
        catch (ConnectionFailedException exception)
        {
            reason = exception.Message;
        }
        catch (OperationCanceledException)
        {
            reason = "closed by the client";
        }
        finally
        {
            // Whatever ended it: the core has to know, and nothing stays behind.
            lock (_gate)
                _connections.Remove(number);
            Post(ClientInput.Ended(number, reason));
        }
    }

    private void Post(ClientInput input)
    {
        pump.Post([input]);
        pump.Ended.ResumeSoon();
    }

    private void GoOn(bool isFree)
    {
        if (isFree)
            pump.Ended.ResumeHere();
        else
            pump.Ended.ResumeSoon();
    }

    private sealed class LinkConnection
    {
        public CancellationTokenSource Closed { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;

        public ReplicaConnection? Open { get; set; }
    }
}
