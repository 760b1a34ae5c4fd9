using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.ChatClient.App.Load.Raw;

/// <summary>
/// Measures what the replicas themselves can do: as <see cref="Bench"/>, but one thread writes the frames and reads the replies, so that next to nothing of the machine is used on the client's side. The
/// warm-up is not counted.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="sizeBytes">Length of each text.</param>
/// <param name="warmUp">Time before anything counts.</param>
/// <param name="length">Time that counts.</param>
internal sealed class RawBench(LocalGroup group, int sizeBytes, TimeSpan warmUp, TimeSpan length)
{
    private readonly byte[] _command = new SendMessageCommand("bench", "bench", new string('x', sizeBytes)).Encode();
    private readonly List<ClientReply> _replies = [];

    private long _logTime;
    private int _turn;

    /// <summary>Measures one level of load.</summary>
    /// <exception cref="ReportedException">The primary was lost, or refused a request: the measurement has come to nothing.</exception>
    public async Task<BenchResult> RunAsync(int outstanding, CancellationToken cancellation)
    {
        try
        {
            return await MeasureAsync(outstanding, cancellation);
        }
        catch (Exception exception) when (exception is SocketException or WireFormatException)
        {
            throw new ReportedException(ErrorKinds.Unavailable, $"the measurement was cut short: {exception.Message}");
        }
    }

    private static RawSession[] Draw(int outstanding) =>
        [.. Enumerable.Range(0, (outstanding + RawSession.Most - 1) / RawSession.Most).Select(static _ => new RawSession(Draw()))];

    private static SessionId Draw()
    {
        Span<byte> id = stackalloc byte[SessionId.Bytes];
        RandomNumberGenerator.Fill(id);
        return new SessionId(new UInt128(BitConverter.ToUInt64(id), BitConverter.ToUInt64(id[8..])));
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private async Task<BenchResult> MeasureAsync(int outstanding, CancellationToken cancellation)
    {
        ReplicaRecord primary = await group.PrimaryAsync(cancellation);
        using RawConnection connection = await RawConnection.OpenAsync(primary.Address, cancellation);
        long start = Stopwatch.GetTimestamp() + Ticks(warmUp);
        LatencyHistogram latency = new();
        Task generator = Task.Factory.StartNew(() => Generate(connection, outstanding, latency, start, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(generator, Task.Delay(warmUp, cancellation));
        ulong? before = await group.CountSyncsAsync(cancellation);
        await Task.WhenAny(generator, Task.Delay(length, cancellation));
        ulong? after = await group.CountSyncsAsync(cancellation);
        await generator;
        return new BenchResult(outstanding, length, latency, after >= before ? after - before : null);
    }

    private void Generate(RawConnection connection, int outstanding, LatencyHistogram latency, long start, CancellationToken cancellation)
    {
        RawSession[] sessions = Draw(outstanding);
        Dictionary<SessionId, RawSession> byId = sessions.ToDictionary(static session => session.Id);
        _logTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        long end = start + Ticks(length);
        int underWay = 0;
        for (long now = Stopwatch.GetTimestamp(); now < end || underWay > 0; now = Stopwatch.GetTimestamp())
        {
            cancellation.ThrowIfCancellationRequested();
            while (now < end && underWay < outstanding && Find(sessions) is { } session)
            {
                connection.Write(session.Next(_command, _logTime));
                underWay++;
            }

            connection.Send();
            underWay -= TakeReplies(connection, byId, latency, start, end);
        }
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

    private int TakeReplies(RawConnection connection, Dictionary<SessionId, RawSession> sessions, LatencyHistogram latency, long start, long end)
    {
        _replies.Clear();
        connection.Receive(_replies);
        long now = Stopwatch.GetTimestamp();
        foreach (ClientReply reply in _replies)
        {
            long sentAt = sessions[reply.Session].Take(in reply);
            _logTime = reply.LogTime;
            if (now >= start && now < end)
                latency.Add(Stopwatch.GetElapsedTime(sentAt, now));
        }

        return _replies.Count;
    }
}
