using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Levels;
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
/// <param name="plan">What is measured: messages or values that are put, over one connection.</param>
internal sealed class RawBench(LocalGroup group, BenchPlan plan)
{
    private readonly byte[][] _commands = NewCommands(plan);
    private readonly List<ClientReply> _replies = [];

    private long _logTime;
    private int _command;
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

    /// <summary>All that is asked for in turn, encoded beforehand, so that the load takes little of the machine.</summary>
    private static byte[][] NewCommands(BenchPlan plan)
    {
        if (plan.Operation != BenchOperation.Put)
            return [new SendMessageCommand(BenchCaller.Room, BenchCaller.Author, new string('x', plan.SizeBytes)).Encode()];
        byte[] value = Encoding.UTF8.GetBytes(new string('x', plan.SizeBytes));
        return [.. BenchCaller.NewKeys(plan.Keys).Select(key => KeyCommand.Put(key, value).Encode())];
    }

    private static RawSession[] Draw(int outstanding) =>
        [.. Enumerable.Range(0, (outstanding + RawSession.Most - 1) / RawSession.Most).Select(static _ => new RawSession(Draw()))];

    private static SessionId Draw()
    {
        Span<byte> id = stackalloc byte[SessionId.Bytes];
        RandomNumberGenerator.Fill(id);
        return new SessionId(new UInt128(BitConverter.ToUInt64(id), BitConverter.ToUInt64(id[8..]))).AsPlain();
    }

    private async Task<BenchResult> MeasureAsync(int outstanding, CancellationToken cancellation)
    {
        ReplicaRecord primary = await group.PrimaryAsync(cancellation);
        using RawConnection connection = await RawConnection.OpenAsync(primary.Address, cancellation);
        LatencyWindow window = new(plan.WarmUp, plan.Length);
        Task generator = Task.Factory.StartNew(() => Generate(connection, outstanding, window, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(generator, Task.Delay(plan.WarmUp, cancellation));
        GroupUsage? before = await GroupUsage.LookAsync(group, cancellation);
        await Task.WhenAny(generator, Task.Delay(plan.Length, cancellation));
        GroupUsage? after = await GroupUsage.LookAsync(group, cancellation);
        await generator;
        return new BenchResult(outstanding, Rate: null, window, GroupUsage.Between(before, after));
    }

    private void Generate(RawConnection connection, int outstanding, LatencyWindow window, CancellationToken cancellation)
    {
        RawSession[] sessions = Draw(outstanding);
        Dictionary<SessionId, RawSession> byId = sessions.ToDictionary(static session => session.Id);
        _logTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        int underWay = 0;
        for (bool isOver = window.IsOver; !isOver || underWay > 0; isOver = window.IsOver)
        {
            cancellation.ThrowIfCancellationRequested();
            while (!isOver && underWay < outstanding && Find(sessions) is { } session)
            {
                connection.Write(session.Next(_commands[_command], _logTime));
                _command = (_command + 1) % _commands.Length;
                underWay++;
            }

            connection.Send();
            underWay -= TakeReplies(connection, byId, window);
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

    private int TakeReplies(RawConnection connection, Dictionary<SessionId, RawSession> sessions, LatencyWindow window)
    {
        _replies.Clear();
        connection.Receive(_replies);
        foreach (ClientReply reply in _replies)
        {
            window.Count(sessions[reply.Session].Take(in reply));
            _logTime = reply.LogTime;
        }

        return _replies.Count;
    }
}
