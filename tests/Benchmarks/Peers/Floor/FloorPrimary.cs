using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Floor;

/// <summary>
/// The primary of the floor: one thread that takes requests from its clients, sends them to both followers, hands them to its log, and answers each one that is on two of the three disks. There is no view,
/// no vote, no session and no state: what any replicated log has to do at least.
/// </summary>
internal sealed class FloorPrimary : IDisposable
{
    private const int ReceiveBytes = 256 * 1024;
    private const int MostUnderWay = 1 << 16; // A power of two.

    private readonly Poller _poller = new();
    private readonly Socket _listener;
    private readonly int _listenerPlace;
    private readonly SafeFileHandle _durableRaised = SystemCalls.CreateCounter();
    private readonly int _durablePlace;
    private readonly FloorLogThread _log;
    private readonly Link[] _followers;
    private readonly long[] _acknowledged;
    private readonly List<Link> _clients = [];
    private readonly (Link Client, int Number)[] _underWay = new (Link, int)[MostUnderWay];
    private readonly SendBuffer _batch = new();
    private readonly byte[] _batchHeader = new byte[FloorFrames.BatchHeader];
    private long _last;
    private long _answered;

    /// <summary>Takes connections over.</summary>
    /// <param name="listener">Where clients connect.</param>
    /// <param name="followers">The connections to both followers.</param>
    /// <param name="log">The log.</param>
    public FloorPrimary(Socket listener, IReadOnlyList<Socket> followers, FloorLog log)
    {
        listener.Blocking = false;
        _listener = listener;
        _listenerPlace = _poller.Add((int)listener.Handle);
        _durablePlace = _poller.Add((int)_durableRaised.DangerousGetHandle());
        _followers = [.. followers.Select(NewLink)];
        _acknowledged = new long[_followers.Length];
        _log = new FloorLogThread(log, _durableRaised);
    }

    /// <summary>Serves until a follower is gone.</summary>
    public void Run()
    {
        _log.Start();
        while (true)
        {
            _poller.Wait(milliseconds: -1);
            if (_poller.CanRead(_durablePlace))
                SystemCalls.Reset(_durableRaised);
            for (int follower = 0; follower < _followers.Length; follower++)
            {
                if (!TakeAcknowledgements(follower))
                    return;
            }

            for (int client = _clients.Count - 1; client >= 0; client--)
                TakeRequests(_clients[client]);
            if (_poller.CanRead(_listenerPlace))
                _clients.Add(NewLink(_listener.Accept()));
            SendBatch();
            Answer();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Link link in _followers.Concat(_clients))
            link.Channel.Dispose();
        _log.Dispose();
        _durableRaised.Dispose();
    }

    private Link NewLink(Socket socket)
    {
        Channel channel = new(socket, ReceiveBytes);
        return new Link(channel, _poller.Add(channel.Descriptor));
    }

    private bool TakeAcknowledgements(int follower)
    {
        Link link = _followers[follower];
        if (_poller.CanWrite(link.Place))
            Send(link);
        if (!_poller.CanRead(link.Place))
            return true;
        bool isOpen = link.Channel.Receive();
        ReadOnlySpan<byte> received = link.Channel.Received;
        int whole = received.Length / FloorFrames.Acknowledgement * FloorFrames.Acknowledgement;
        if (whole > 0)
            _acknowledged[follower] = BinaryPrimitives.ReadInt64LittleEndian(received[(whole - FloorFrames.Acknowledgement)..]); // The last one says what those before say.
        link.Channel.Take(whole);
        return isOpen;
    }

    private void TakeRequests(Link client)
    {
        if (_poller.CanWrite(client.Place))
            Send(client);
        if (!_poller.CanRead(client.Place))
            return;
        if (!IsThere(client))
        {
            _poller.Remove(client.Place);
            _clients.Remove(client);
            client.Channel.Dispose();
            client.IsGone = true;
            return;
        }

        ReadOnlySpan<byte> received = client.Channel.Received;
        int taken = 0;
        while (_last - _answered < MostUnderWay && FloorFrames.FindRequest(received[taken..], out int number) is > 0 and var length)
        {
            _batch.Add(received.Slice(taken, length));
            _underWay[++_last & (MostUnderWay - 1)] = (client, number);
            taken += length;
        }

        client.Channel.Take(taken);
    }

    private static bool IsThere(Link client)
    {
        try
        {
            return client.Channel.Receive();
        }
        catch (SocketException)
        {
            return false; // A client that goes without a word.
        }
    }

    private void SendBatch()
    {
        if (_batch.IsEmpty)
            return;
        BinaryPrimitives.WriteInt32LittleEndian(_batchHeader, FloorFrames.BatchHeader + _batch.Waiting.Length);
        BinaryPrimitives.WriteInt64LittleEndian(_batchHeader.AsSpan(sizeof(int)), _last);
        foreach (Link follower in _followers)
        {
            follower.Channel.Output.Add(_batchHeader);
            follower.Channel.Output.Add(_batch.Waiting);
            Send(follower);
        }

        _log.Append(_batch.Waiting, _last);
        _batch.Drop(_batch.Waiting.Length);
    }

    private void Answer()
    {
        long onTwoDisks = Quorum(_log.Durable, _acknowledged[0], _acknowledged[1]);
        if (onTwoDisks == _answered)
            return;
        while (_answered < onTwoDisks)
        {
            (Link client, int number) = _underWay[++_answered & (MostUnderWay - 1)];
            client.Channel.Output.AddLittleEndian(number);
        }

        foreach (Link client in _clients)
        {
            if (!client.Channel.Output.IsEmpty)
                Send(client);
        }
    }

    private void Send(Link link)
    {
        if (link.IsGone)
            return;
        link.Channel.Send();
        _poller.WaitForRoom(link.Place, isWanted: !link.Channel.Output.IsEmpty);
    }

    /// <summary>Up to which index all is on two of three disks.</summary>
    internal static long Quorum(long first, long second, long third) => Math.Max(Math.Min(first, second), Math.Min(Math.Max(first, second), third));

    private sealed class Link(Channel channel, int place)
    {
        public Channel Channel => channel;

        public int Place => place;

        public bool IsGone { get; set; }
    }
}
