using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>
/// Reads what one peer sends, on the connection that the peer opened, into the inbox. When the inbox has no space for this
/// peer nothing more is read, and the peer's own queue fills.
/// </summary>
/// <param name="hello">The hello of the peer.</param>
/// <param name="connection">The connection, hello done.</param>
/// <param name="budget">This peer's space in the inbox.</param>
/// <param name="shared">What all connections share.</param>
internal sealed class PeerReceiver(Hello hello, WatchedConnection connection, InboxBudget budget, SharedTransport shared)
{
    /// <summary>Reads until the peer ends the connection or it fails.</summary>
    /// <exception cref="WireFormatException">The peer does not keep to the protocol.</exception>
    public async Task RunAsync()
    {
        InboxFeed feed = new(connection, budget, shared, ToInput);
        do
        {
            if (feed.Gather() > 0)
                await feed.PostAsync();
        }
        while (await connection.Receiver.FillAsync(connection.Connection.Closed));
    }

    private Input ToInput(in FrameContent content)
    {
        ReplicaId peer = hello.Replica;
        if (content.Message is ConnectionRefused last)
        {
            shared.Greeting.OnLastWord(last);
            throw new WireFormatException($"{peer} ends it: {last.Reason}");
        }

        if (content.Message is not { } message || message is Hello)
            throw new WireFormatException($"a peer sent a {content.Kind}");
        shared.Greeting.Book.Hear(peer, hello.Start, message);
        return Input.FromPeer(peer, message);
    }
}
