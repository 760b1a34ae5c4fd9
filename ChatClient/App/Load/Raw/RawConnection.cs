using System.Buffers;
using System.Net.Sockets;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Load.Raw;

/// <summary>
/// A connection to a primary that costs the machine as little as one can: one thread, one blocking socket, whole buffers of frames. It searches for nobody and repeats nothing: when the replica does not lead
/// any more, or anything else goes wrong, the measurement has come to nothing.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly FrameReader _reader = new();
    private readonly ArrayBufferWriter<byte> _unsent = new();
    private readonly byte[] _received;
    private GroupId _group;
    private int _begin;
    private int _end;

    private RawConnection(Socket socket, int receiveBytes)
    {
        _socket = socket;
        _received = new byte[receiveBytes + Limits.FrameBeforeHello];
    }

    /// <summary>Its descriptor, to wait for it together with others.</summary>
    public int Descriptor => (int)_socket.Handle;

    /// <summary>Connects, and says hello.</summary>
    /// <param name="address">Where the primary listens.</param>
    /// <param name="group">The group that is meant; none for whichever answers there.</param>
    /// <param name="receiveBytes">Bytes of replies that are taken at once; at least those of the longest value that is read.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">Nothing listens there.</exception>
    /// <exception cref="WireFormatException">What answers is no replica, or refuses the connection.</exception>
    public static async Task<RawConnection> OpenAsync(string address, GroupId group, int receiveBytes, CancellationToken cancellation)
    {
        NetworkAddress destination = NetworkAddress.Parse(address);
        RawConnection connection = new(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, receiveBytes);
        try
        {
            // A socket that was connected without blocking would never block again: each wait would be handed from thread to thread, and count as the replicas' time.
            await Task.Run(() => connection._socket.Connect(destination.Host, destination.Port), cancellation).WaitAsync(cancellation);
            connection.Greet(group);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Puts a request behind those that wait to be sent.</summary>
    public void Write(in ClientRequest request) => FrameWriter.Write(_unsent, request, _group);

    /// <summary>Sends all that waits; blocks until the system has taken it.</summary>
    public void Send()
    {
        ReadOnlySpan<byte> rest = _unsent.WrittenSpan;
        while (rest.Length > 0)
            rest = rest[_socket.Send(rest)..];
        _unsent.ResetWrittenCount();
    }

    /// <summary>Waits until something has come, and takes all replies that are whole.</summary>
    /// <param name="replies">Gets them.</param>
    /// <exception cref="WireFormatException">Something else than replies came, or the connection has ended.</exception>
    public void Receive(List<ClientReply> replies)
    {
        Fill();
        ReadOnlySpan<byte> rest = _received.AsSpan(_begin, _end - _begin);
        while (_reader.TryRead(ref rest, out FrameContent content))
            replies.Add(content.Kind == MessageKind.ClientReply ? content.Reply : throw new WireFormatException($"a {content.Kind} came instead of a reply"));
        _begin = _end - rest.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Greet(GroupId group)
    {
        Hello hello = new(ProtocolVersion.Lowest, ProtocolVersion.Highest, PeerRole.Client, Guid.Empty, group, default, default, Identity: 0, Incarnation: 0, MembersHash: 0);
        FrameWriter.Write(_unsent, hello, group);
        Send();
        FrameContent answer;
        ReadOnlySpan<byte> rest;
        do
        {
            Fill();
            rest = _received.AsSpan(_begin, _end - _begin);
        }
        while (!_reader.TryRead(ref rest, out answer));

        _begin = _end - rest.Length;
        if (answer.Message is not Hello { Role: PeerRole.Replica } peer)
            throw new WireFormatException(answer.Message is ConnectionRefused refused ? $"the replica refuses the connection: {refused.Reason}" : "what listens there is no replica");
        _group = peer.Group;
        _reader.Group = peer.Group;
        _reader.MaximumLength = Limits.FrameFromClient;
    }

    private void Fill()
    {
        if (_begin > 0)
        {
            _received.AsSpan(_begin, _end - _begin).CopyTo(_received);
            (_begin, _end) = (0, _end - _begin);
        }

        int taken = _socket.Receive(_received.AsSpan(_end));
        if (taken == 0)
            throw new WireFormatException("the replica has closed the connection");
        _end += taken;
    }
}
