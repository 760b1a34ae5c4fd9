using System.Net.Sockets;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Wire.Connections;

/// <summary>A connection on which frames travel: what is read from it, and what waits to be sent on it.</summary>
public sealed class FramedConnection : IDisposable
{
    /// <summary>Takes over a connected socket; only hellos pass until it is opened.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="describe">Says in a few words what an exception of the socket means for the connection.</param>
    /// <param name="wait">How one waits for the socket; null for the runtime's own way.</param>
    /// <exception cref="SocketException">The other side has reset it already.</exception>
    public FramedConnection(Socket socket, Func<Exception, string> describe, Func<Socket, ISocketStream>? wait = null)
    {
        Connection = new Connection(socket, describe, wait);
        Receiver = new FrameReceiver(Connection.Stream, new FrameReader());
        Sender = new SendQueue(Connection);
    }

    /// <summary>The socket and the reason it ended for.</summary>
    public Connection Connection { get; }

    /// <summary>What arrives.</summary>
    public FrameReceiver Receiver { get; }

    /// <summary>What leaves.</summary>
    public SendQueue Sender { get; }

    /// <summary>The hello is done: these bounds hold from now on.</summary>
    public void Open(in ConnectionBounds bounds)
    {
        Receiver.Frames.MaximumLength = bounds.FrameLength;
        Receiver.Frames.Group = bounds.Group;
        Receiver.ReadAheadBytes = bounds.ReadAheadBytes;
        Sender.ByteLimit = bounds.SendBytes;
        Sender.KeptBytes = bounds.KeptBytes;
    }

    /// <summary>Ends it, if nobody did, and gives its buffers back; to be called when nobody receives any more.</summary>
    public void Dispose()
    {
        Connection.Dispose();
        Sender.Dispose();
        Receiver.Dispose();
    }
}

/// <summary>What a connection may cost once its hello is done.</summary>
/// <param name="FrameLength">Longest frame that is taken, as in <see cref="FrameReader.MaximumLength"/>.</param>
/// <param name="Group">The group that each frame has to name; null for any.</param>
/// <param name="ReadAheadBytes">Size that the receive buffer may have just to read ahead.</param>
/// <param name="SendBytes">Most bytes that may wait to be sent; one more closes the connection.</param>
/// <param name="KeptBytes">Largest send buffer that is kept for the next send.</param>
public readonly record struct ConnectionBounds(int FrameLength, GroupId? Group, int ReadAheadBytes, int SendBytes, int KeptBytes);
