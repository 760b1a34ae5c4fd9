using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Clients;

/// <summary>
/// One client: its requests go into the inbox, its replies come from the driver. Nothing more is read from it while too
/// many of its requests are open, while too much waits to be sent to it, or while the inbox has no space for it; so a
/// client that is slow or greedy slows down itself alone.
/// </summary>
/// <param name="handle">Its number.</param>
/// <param name="connection">The connection, hello done.</param>
/// <param name="allClients">The space that all clients have in the inbox.</param>
/// <param name="shared">What all connections share.</param>
internal sealed class ClientConnection(
    ClientHandle handle, WatchedConnection connection, InboxBudget allClients, SharedTransport shared)
{
    private readonly InboxBudget _budget = new(shared.Limits.ClientInboxCount, shared.Limits.ClientInboxBytes, allClients);
    private readonly OpenRequests _open = new(shared.Limits.OpenRequests, shared.Watch.Clock);

    // Notes among what was gathered: they are not requests, and nobody owes a reply to them.
    private int _notes;

    /// <summary>Its number.</summary>
    public ClientHandle Handle => handle;

    /// <summary>Its connection.</summary>
    public WatchedConnection Connection => connection;

    /// <summary>Its replies were appended in this turn and have to be sent. The driver's own note.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Reads requests until the client ends the connection or it fails.</summary>
    /// <exception cref="WireFormatException">The client does not keep to the protocol.</exception>
    public async Task RunAsync()
    {
        connection.OwnDeadline = Overdue;
        CancellationToken closed = connection.Connection.Closed;
        if (shared.Requests is { } requests)
            connection.Receiver.Frames.Requests = () => requests.Coming;
        InboxFeed feed = new(connection, _budget, shared, ToInput);
        do
        {
            _notes = 0;
            int inputs = feed.Gather();
            if (inputs == 0)
                continue;
            ValueTask places = _open.TakeAsync(Math.Max(0, inputs - _notes), closed);
            if (!places.IsCompleted)
                feed.Keep();
            await places;
            if (shared.Draining.IsCancellationRequested)
                await Task.Delay(Timeout.Infinite, closed);
            await feed.PostAsync();
            await connection.Sender.WaitForRoomAsync(shared.Limits.ClientSendPauseBytes);
        }
        while (await connection.Receiver.FillAsync(closed));
    }

    /// <summary>Queues a reply, encoded in its place. Only the driver's thread calls it.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="group">The group of the connection.</param>
    public void Append(in ClientReply reply, GroupId group)
    {
        _open.Release();
        connection.Sender.Append(reply, group);
    }

    /// <summary>A reply is lost on purpose: the request it answers is no longer open.</summary>
    public void Lose() => _open.Release();

    private Input ToInput(in FrameContent content)
    {
        if (content.Kind == MessageKind.ClientRequest)
            return Input.FromClient(handle, content.Request);
        if (content.Message is OrderedRequest ordered)
            return Input.FromClient(handle, ordered);
        if (content.Message is not GroupNotes notes)
            throw new WireFormatException($"a client sent a {content.Kind}");
        _notes++;
        return Input.FromGroup(handle, notes);
    }

    private string? Overdue(long now)
    {
        if (_open.StuckMilliseconds(now) > shared.Limits.Send.TotalMilliseconds)
            return $"it has {shared.Limits.OpenRequests} requests open and none was answered for {shared.Limits.Send.TotalSeconds:0.#} s";
        return _open.IdleMilliseconds(now) > shared.Limits.ClientIdle.TotalMilliseconds
            ? $"it was idle for {shared.Limits.ClientIdle.TotalSeconds:0} s"
            : null;
    }
}
