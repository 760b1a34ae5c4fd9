using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Sharing;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>
/// Reads what one peer sends, on the connection that the peer opened or on another one of the same process, into the inbox. When the inbox has no space for this
/// peer nothing more is read, and the peer's own queue fills. But where groups share the connection the others would be held up: there, what finds no space is lost, as on a bad network, and comes again.
/// </summary>
internal sealed class PeerReceiver
{
    private readonly Hello _hello;
    private readonly WatchedConnection _connection;
    private readonly SharedTransport _shared;
    private readonly InboxFeed _feed;
    private readonly InboxFeed _carried;
    private readonly CarriedGroups? _others;
    private readonly Action _onMoved;

    /// <summary>Reads nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="hello">The hello of the peer.</param>
    /// <param name="connection">The connection, hello done.</param>
    /// <param name="budget">This peer's space in the inbox.</param>
    /// <param name="shared">What all connections share.</param>
    /// <param name="onMoved">Called when frames of the peer may be lost although its own connection goes on.</param>
    public PeerReceiver(Hello hello, WatchedConnection connection, InboxBudget budget, SharedTransport shared, Action onMoved)
    {
        (_hello, _connection, _shared, _onMoved) = (hello, connection, shared, onMoved);
        _others = shared.Sharing is { } sharing ? new CarriedGroups(sharing, connection) : null;
        _feed = new InboxFeed(connection, budget, shared, ToInput) { Others = _others };
        _carried = new InboxFeed(connection, budget, shared, ToInput);
    }

    /// <summary>The group that it takes frames of.</summary>
    public GroupId Group => _connection.Group;

    /// <summary>Frames of the peer count.</summary>
    public bool IsOpen => _connection.Connection.CloseReason is null;

    /// <summary>The connection of another group on which the peer said last that its frames come; null when they come on its own.</summary>
    public Connection? CarriedOn { get; set; }

    /// <summary>Bytes of the peer may lie in a socket that were not read yet. Any thread.</summary>
    public bool HasUnread => _connection.Connection.HasUnread || CarriedOn is { HasUnread: true };

    /// <summary>Reads until the peer ends the connection or it fails.</summary>
    /// <exception cref="WireFormatException">The peer does not keep to the protocol.</exception>
    public async Task RunAsync()
    {
        SharedConnection? told = _hello.HighestVersion >= ProtocolVersion.SharedConnections ? _shared.Sharing?.Open(this) : null;
        if (told is not null)
        {
            // From here on it may carry others, who introduce themselves.
            _connection.Receiver.Frames.Group = null;
            _connection.Send(told);
        }

        try
        {
            do
            {
                if (_feed.Gather() == 0)
                    continue;
                if (_others is { IsUsed: true })
                    _feed.TryPost();
                else
                    await _feed.PostAsync();
            }
            while (await _connection.Receiver.FillAsync(_connection.Connection.Closed));
        }
        finally
        {
            if (told is not null)
                _shared.Sharing!.End(told);
            _others?.End();
        }
    }

    /// <summary>Takes a frame of the peer that came on the connection of another group.</summary>
    /// <returns>It is the first one since <see cref="PostCarried"/>.</returns>
    /// <exception cref="WireFormatException">The peer does not keep to the protocol.</exception>
    public bool Carry(in FrameContent content, int size) => _carried.Add(in content, size);

    /// <summary>Puts those into the inbox.</summary>
    public void PostCarried()
    {
        _carried.TryPost();
        _carried.Clear();
    }

    /// <summary>The connection of another group has ended, on which frames of the peer came.</summary>
    public void OnCarrierEnded(Connection carrier)
    {
        if (CarriedOn == carrier)
            CarriedOn = null;
        _onMoved();
    }

    private Input ToInput(in FrameContent content)
    {
        ReplicaId peer = _hello.Replica;
        if (content.Message is ConnectionRefused last)
        {
            _shared.Greeting.OnLastWord(last);
            throw new WireFormatException($"{peer} ends it: {last.Reason}");
        }

        if (content.Message is not { } message || message is Hello or SharedConnection)
            throw new WireFormatException($"a peer sent a {content.Kind}");
        _shared.Greeting.Book.Hear(peer, _hello.Start, message);
        return Input.FromPeer(peer, message);
    }
}
