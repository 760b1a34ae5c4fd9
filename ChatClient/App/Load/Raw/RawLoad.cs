using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.ChatClient.App.Load.Raw;

/// <summary>The load on one connection: keeps so many requests under way until the time is over, by the thread that calls it.</summary>
/// <param name="connection">The connection; nobody else uses it.</param>
/// <param name="commands">What is asked for, in turn.</param>
internal sealed class RawLoad(RawConnection connection, byte[][] commands)
{
    private readonly List<ClientReply> _replies = [];
    private readonly List<long> _begun = [];

    private long _logTime;
    private int _command;
    private int _turn;

    /// <summary>Runs until the window is over and everything is answered.</summary>
    /// <param name="outstanding">Requests under way at any time.</param>
    /// <param name="window">Counts what is answered.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="WireFormatException">A request was refused, or the connection ended.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The connection failed.</exception>
    public void Generate(int outstanding, LatencyWindow window, CancellationToken cancellation)
    {
        RawSession[] sessions = Draw(outstanding);
        Dictionary<SessionId, RawSession> byId = sessions.ToDictionary(static session => session.Id);
        _logTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        int underWay = 0;
        for (bool isOver = window.IsOver; !isOver || underWay > 0; isOver = window.IsOver)
        {
            cancellation.ThrowIfCancellationRequested();

            // What goes in one send begins with the first of it: as many looks at the clock as requests are a part of what a replica takes for them.
            long now = Stopwatch.GetTimestamp();
            while (!isOver && underWay < outstanding && Find(sessions) is { } session)
            {
                connection.Write(session.Next(commands[_command], _logTime, now));
                _command = (_command + 1) % commands.Length;
                underWay++;
            }

            connection.Send();
            underWay -= TakeReplies(byId, window);
        }
    }

    private static RawSession[] Draw(int outstanding) =>
        [.. Enumerable.Range(0, (outstanding + RawSession.Most - 1) / RawSession.Most).Select(static _ => new RawSession(Draw()))];

    private static SessionId Draw()
    {
        Span<byte> id = stackalloc byte[SessionId.Bytes];
        RandomNumberGenerator.Fill(id);
        return new SessionId(new UInt128(BitConverter.ToUInt64(id), BitConverter.ToUInt64(id[8..]))).AsPlain();
    }

    /// <summary>The next session in turn that can have one more request; null when none can.</summary>
    private RawSession? Find(RawSession[] sessions)
    {
        for (int tried = 0; tried < sessions.Length; tried++)
        {
            RawSession session = sessions[_turn++ % sessions.Length];
            if (!session.IsFull)
                return session;
        }

        return null;
    }

    private int TakeReplies(Dictionary<SessionId, RawSession> sessions, LatencyWindow window)
    {
        _replies.Clear();
        _begun.Clear();
        connection.Receive(_replies);
        foreach (ref readonly ClientReply reply in CollectionsMarshal.AsSpan(_replies))
        {
            _begun.Add(sessions[reply.Session].Take(in reply));
            _logTime = reply.LogTime;
        }

        window.Count(CollectionsMarshal.AsSpan(_begun));
        return _replies.Count;
    }
}
