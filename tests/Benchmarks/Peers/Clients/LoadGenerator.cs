using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>
/// Keeps a number of requests under way: one thread, which writes the next request of a slot when the one before is answered, over a few connections, so that next to nothing of the machine goes to the
/// client's side.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private const int ReceiveBytes = 256 * 1024;
    private const int LongestWait = 100;
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(10);

    private readonly List<Connection> _connections = [];
    private readonly Poller _poller = new();
    private readonly List<Reply> _replies = [];

    /// <summary>Connects, and greets the server.</summary>
    /// <param name="server">Where it listens.</param>
    /// <param name="outstanding">How many requests are under way at any time.</param>
    /// <param name="mostConnections">Most connections; fewer when fewer requests are under way.</param>
    /// <param name="newProtocol">Makes the protocol of a connection, from the number of the connection.</param>
    /// <exception cref="ServerException">The server does not greet.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public LoadGenerator(IPEndPoint server, int outstanding, int mostConnections, Func<int, ClientProtocol> newProtocol)
    {
        int connections = Math.Min(mostConnections, outstanding);
        for (int number = 0; number < connections; number++)
        {
            Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(server);
            Channel channel = new(socket, ReceiveBytes);
            int slots = (outstanding / connections) + (number < outstanding % connections ? 1 : 0);
            Connection connection = new(channel, newProtocol(number), _poller.Add(channel.Descriptor), slots);
            _connections.Add(connection);
            connection.Protocol.WriteGreeting(channel.Output);
            Send(connection);
        }

        foreach (Connection connection in _connections)
            Greet(connection);
    }

    /// <summary>Has requests under way until the window is over, and until the last of them is answered.</summary>
    /// <param name="window">Counts the answers.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServerException">The server has ended a connection, or is silent.</exception>
    /// <exception cref="SocketException">A connection is broken.</exception>
    public void Run(LoadWindow window, CancellationToken cancellation)
    {
        int underWay = 0;
        foreach (Connection connection in _connections)
        {
            long now = Stopwatch.GetTimestamp();
            for (int slot = 0; slot < connection.Begun.Length; slot++, underWay++)
                Begin(connection, slot, now);
            Send(connection);
        }

        long lastAnswer = Stopwatch.GetTimestamp();
        while (underWay > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isSilent = !_poller.Wait(LongestWait);
            bool isOver = window.IsOver;
            foreach (Connection connection in _connections)
            {
                if (_poller.CanRead(connection.Place) && TakeReplies(connection, window, isOver) is > 0 and var answered)
                {
                    lastAnswer = Stopwatch.GetTimestamp();
                    underWay -= isOver ? answered : 0;
                }

                if (isSilent)
                    connection.Protocol.WriteSignOfLife(connection.Channel.Output);
                if (!connection.Channel.Output.IsEmpty)
                    Send(connection);
            }

            if (Stopwatch.GetElapsedTime(lastAnswer) > _longestSilence)
                throw new ServerException($"the server has answered nothing for {_longestSilence.TotalSeconds:0} s, and {underWay} requests are under way");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.ForEach(static connection => connection.Channel.Dispose());

    private static void Begin(Connection connection, int slot, long now)
    {
        connection.Begun[slot] = now;
        connection.Protocol.WriteRequest(connection.Channel.Output, slot);
    }

    private int TakeReplies(Connection connection, LoadWindow window, bool isOver)
    {
        Channel channel = connection.Channel;
        if (!channel.Receive())
            throw new ServerException("the server has closed a connection");
        _replies.Clear();
        channel.Take(connection.Protocol.ReadReplies(channel.Received, channel.Output, _replies));

        // One look at the clock for what was read at once: as many as requests would be a part of what a quick server takes for them.
        long now = Stopwatch.GetTimestamp();
        foreach (Reply reply in _replies)
        {
            window.Count(connection.Begun[reply.Slot], now, reply.IsAcknowledged);
            if (!isOver)
                Begin(connection, reply.Slot, now);
        }

        return _replies.Count;
    }

    private void Greet(Connection connection)
    {
        Channel channel = connection.Channel;
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            bool isOver = connection.Protocol.ReadGreeting(channel.Received, channel.Output, out int taken);
            channel.Take(taken);
            Send(connection);
            if (isOver)
                return;
            _poller.Wait(LongestWait);
            if (_poller.CanRead(connection.Place) && !channel.Receive())
                throw new ServerException("the server has closed a connection at once");
            if (Stopwatch.GetElapsedTime(begin) > _longestSilence)
                throw new ServerException($"the server does not greet within {_longestSilence.TotalSeconds:0} s");
        }
    }

    private void Send(Connection connection)
    {
        connection.Channel.Send();
        _poller.WaitForRoom(connection.Place, isWanted: !connection.Channel.Output.IsEmpty);
    }

    private sealed record Connection(Channel Channel, ClientProtocol Protocol, int Place, int Slots)
    {
        /// <summary>When the request of each slot was written, by the clock of the machine.</summary>
        public long[] Begun { get; } = new long[Slots];
    }
}
