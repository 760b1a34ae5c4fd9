using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.ChatClient.App.Load.Raw;

/// <summary>The load on one group: keeps so many requests under way until the time is over, by the thread that calls it.</summary>
/// <param name="connections">Connections to the primary, over which it is spread; nobody else uses them.</param>
/// <param name="commands">What is asked for, in turn.</param>
/// <param name="areReads">The commands change nothing, and go in no session.</param>
internal sealed class RawLoad(IReadOnlyList<RawConnection> connections, byte[][] commands, bool areReads = false)
{
    private const int BytesAtOnce = 4 * 1024 * 1024;
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly List<ClientReply> _replies = [];
    private readonly List<long> _begun = [];

    private long _logTime;
    private int _command;

    /// <summary>Runs until the window is over and everything is answered.</summary>
    /// <param name="outstanding">Requests under way at any time.</param>
    /// <param name="window">Counts what is answered.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="WireFormatException">A request was refused, or a connection ended.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">A connection failed.</exception>
    public void Generate(int outstanding, LatencyWindow window, CancellationToken cancellation)
    {
        Lane[] lanes = [.. connections.Take(outstanding).Select((connection, place) => new Lane(connection, ShareOf(outstanding, Math.Min(outstanding, connections.Count), place), areReads))];
        ReadableDescriptors? readable = lanes.Length > 1 ? new ReadableDescriptors(lanes.Select(static lane => lane.Connection.Descriptor)) : null;
        _logTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        int underWay = lanes.Sum(Fill);
        while (underWay > 0)
        {
            cancellation.ThrowIfCancellationRequested();

            // One connection is simply read: that waits by itself, without another call of the system.
            if (readable?.Wait(_betweenLooks) == false)
                continue;
            bool isOver = window.IsOver;
            for (int place = 0; place < lanes.Length; place++)
            {
                if (readable?.CanRead(place) == false)
                    continue;
                underWay -= TakeReplies(lanes[place], window);
                if (!isOver)
                    underWay += Fill(lanes[place]);
            }
        }
    }

    /// <summary>Asks for everything once, and waits for it; little at once, for what a primary has no room for it refuses.</summary>
    /// <exception cref="WireFormatException">A request was refused, or a connection ended.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">A connection failed.</exception>
    public void AskOnce(CancellationToken cancellation)
    {
        int longest = commands.Select(static command => command.Length).DefaultIfEmpty(1).Max();
        Lane lane = new(connections[0], Math.Clamp(BytesAtOnce / longest, 1, RawSession.Most), areReads);
        _logTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        LatencyWindow nothing = new(TimeSpan.Zero, TimeSpan.Zero);
        for (int left = commands.Length; left > 0 || lane.UnderWay > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            left -= Fill(lane, left);
            TakeReplies(lane, nothing);
        }
    }

    /// <summary>Of so many in all, those in one of several places.</summary>
    public static int ShareOf(int all, int places, int place) => (all / places) + (place < all % places ? 1 : 0);

    private int Fill(Lane lane) => Fill(lane, int.MaxValue);

    private int Fill(Lane lane, int most)
    {
        // What goes in one send begins with the first of it: as many looks at the clock as requests are a part of what a replica takes for them.
        long now = Stopwatch.GetTimestamp();
        int written = 0;
        for (; written < most && lane.UnderWay < lane.Most && lane.FindSession() is { } session; written++, lane.UnderWay++)
        {
            lane.Connection.Write(session.Next(commands[_command], _logTime, now));
            _command = (_command + 1) % commands.Length;
        }

        lane.Connection.Send();
        return written;
    }

    private int TakeReplies(Lane lane, LatencyWindow window)
    {
        _replies.Clear();
        _begun.Clear();
        lane.Connection.Receive(_replies);
        foreach (ref readonly ClientReply reply in CollectionsMarshal.AsSpan(_replies))
        {
            _begun.Add(lane.SessionOf(reply.Session).Take(in reply));
            _logTime = reply.LogTime;
        }

        lane.UnderWay -= _replies.Count;
        window.Count(CollectionsMarshal.AsSpan(_begun));
        return _replies.Count;
    }

    /// <summary>What is under way on a connection.</summary>
    private sealed class Lane(RawConnection connection, int most, bool areReads)
    {
        private readonly RawSession[] _sessions = areReads
            ? [new RawSession(SessionId.None, most)]
            : [.. Enumerable.Range(0, (most + RawSession.Most - 1) / RawSession.Most).Select(static _ => new RawSession(Draw()))];

        private int _turn;

        public RawConnection Connection => connection;

        public int Most => most;

        public int UnderWay { get; set; }

        /// <summary>The next session in turn that can have one more request; null when none can.</summary>
        public RawSession? FindSession()
        {
            for (int tried = 0; tried < _sessions.Length; tried++)
            {
                RawSession session = _sessions[_turn++ % _sessions.Length];
                if (!session.IsFull)
                    return session;
            }

            return null;
        }

        /// <summary>One of the few sessions.</summary>
        /// <exception cref="WireFormatException">It is none of them.</exception>
        public RawSession SessionOf(SessionId id)
        {
            foreach (RawSession session in _sessions)
            {
                if (session.Id == id)
                    return session;
            }

            throw new WireFormatException($"a reply is for {id}, which is none of the load's");
        }

        private static SessionId Draw()
        {
            Span<byte> id = stackalloc byte[SessionId.Bytes];
            RandomNumberGenerator.Fill(id);
            return new SessionId(new UInt128(BitConverter.ToUInt64(id), BitConverter.ToUInt64(id[8..]))).AsPlain();
        }
    }
}
