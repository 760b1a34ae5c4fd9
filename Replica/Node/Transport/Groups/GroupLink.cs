using System.Net.Sockets;
using NLog;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;
using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node.Transport.Groups;

/// <summary>How one replica of another group is asked.</summary>
internal interface IGroupLink
{
    /// <summary>When it answered last; <see cref="long.MinValue"/> as long as it has not.</summary>
    long AnsweredAt { get; }

    /// <summary>It answers, and has not been silent for long since it was asked.</summary>
    bool IsAnswering { get; }

    /// <summary>Nothing is asked here, but may be.</summary>
    void Keep();

    /// <summary>Asks.</summary>
    void Send(IReadOnlyList<GroupNotes> messages);
}

/// <summary>
/// A connection to one replica of another group, over which this one asks and is told. It is made again as long as somebody asks, and ends when nobody has for a while. To the other side it is a client's.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="address">Where the replica listens.</param>
/// <param name="shared">What all connections share.</param>
/// <param name="budget">The space of all answers in the inbox; what finds none is lost.</param>
/// <param name="time">By which the replica is silent; finer than the clock of the watch.</param>
internal sealed class GroupLink(GroupId group, NetworkAddress address, SharedTransport shared, InboxBudget budget, TimeProvider time) : IGroupLink
{
    private const long Unused = 30_000;

    private static readonly Logger _log = LogManager.GetLogger(nameof(GroupLink));
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly List<Input> _batch = [];
    private WatchedConnection? _current;
    private IReadOnlyList<GroupNotes>? _waiting;
    private string? _trouble;
    private long _usedAt = shared.Watch.Clock.Now;

    // On this connection.
    private AnswerTimes _times;

    /// <inheritdoc/>
    public long AnsweredAt => _times.AnsweredAt;

    /// <inheritdoc/>
    public bool IsAnswering => _times.IsAnswering(time);

    /// <summary>Nothing is asked here, but may be: the connection stays up.</summary>
    public void Keep() => Volatile.Write(ref _usedAt, shared.Watch.Clock.Now);

    /// <summary>Asks. Without a connection the newest questions are kept for the next one.</summary>
    public void Send(IReadOnlyList<GroupNotes> messages)
    {
        Keep();
        _times.OnAsked(time);
        if (_current is not { } connection)
        {
            _waiting = messages;
            return;
        }

        foreach (GroupNotes message in messages)
            connection.Sender.Append(message, group);
        connection.Sender.Flush();
    }

    /// <summary>Keeps the connection up for as long as it is used.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && Overdue(shared.Watch.Clock.Now) is null)
        {
            Report(await ConnectAndServeAsync(stopping));
            await Task.Delay(_pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private string? Overdue(long now) => now - Volatile.Read(ref _usedAt) > Unused ? "nobody asks any more" : null;

    private void Report(string trouble)
    {
        if (!string.Equals(trouble, _trouble, StringComparison.Ordinal))
            _log.Debug("No connection to {Group} at {Address}: {Trouble}", group, address, trouble);
        _trouble = trouble;
    }

    private async Task<string> ConnectAndServeAsync(CancellationToken stopping)
    {
        try
        {
            using ConnectAttempt attempt = new(shared.Watch, shared.Limits.Handshake, stopping);
            using WatchedConnection connection = new(await address.ConnectAsync(attempt.Token), shared);
            await using CancellationTokenRegistration stop = stopping.Register(() => connection.Connection.Close(CloseReasons.Stopping));
            using IDisposable watch = shared.Watch.Add(connection);
            try
            {
                await GreetAsync(connection);
                await ServeAsync(connection);
            }
            catch (Exception failure) when (IsEnd(failure))
            {
                connection.Connection.Close(CloseReasons.Describe(failure));
            }
            finally
            {
                _current = null;
                _times.ForgetAnswer();
            }

            await connection.Sender.Rest;
            return connection.Connection.CloseReason ?? "";
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            return CloseReasons.Describe(failure);
        }
        catch (Exception failure)
        {
            _log.Error(failure, "The connection to {Group} ended by an unforeseen error", group);
            return failure.Message;
        }
    }

    private static bool IsEnd(Exception failure) => failure is SocketException or WireFormatException or OperationCanceledException or ObjectDisposedException;

    private async Task GreetAsync(WatchedConnection connection)
    {
        Guid cluster = shared.Self.Cluster;
        connection.Send(new Hello(ProtocolVersion.OrderedSessions, ProtocolVersion.Highest, PeerRole.Client, cluster, group, default, default, Identity: 0, Incarnation: 0, MembersHash: 0));
        FrameContent? answer = await connection.Receiver.ReadAsync(connection.Connection.Closed);
        if (answer?.Message is ConnectionRefused refused)
            throw new WireFormatException($"PX{refused.Code}: {refused.Reason}");
        if (answer?.Message is not Hello { Role: PeerRole.Replica } hello || hello.Cluster != cluster || hello.Group != group)
            throw new WireFormatException($"what listens there is no replica of {group}");
        connection.OpenForClient(group);
    }

    private async Task ServeAsync(WatchedConnection connection)
    {
        connection.OwnDeadline = Overdue;
        _trouble = null;
        _current = connection;
        if (_waiting is { } waiting)
            Send(waiting);
        _waiting = null;
        do
        {
            Gather(connection);
        }
        while (await connection.Receiver.FillAsync(connection.Connection.Closed));
        connection.Connection.Close(CloseReasons.ClosedByOther);
    }

    private void Gather(WatchedConnection connection)
    {
        _batch.Clear();
        long bytes = 0;
        while (connection.Receiver.TryRead(out FrameContent content, out int size))
        {
            if (content.Message is not GroupNotes notes)
                throw new WireFormatException(content.Message is ConnectionRefused last ? last.Reason : $"it sent a {content.Kind} where notes are expected");
            bytes += size;
            if (!shared.Faults.LoseFrame())
                _batch.Add(Input.FromGroup(default, notes));
        }

        if (_batch.Count == 0)
            return;
        _times.OnAnswered(time);
        shared.Inbox.TryPost(budget, _batch, bytes);
    }
}

/// <summary>When a replica answered last, and since when it owes an answer.</summary>
internal struct AnswerTimes
{
    // As long as questions wait at least before they are asked again: then all replicas of the group are asked.
    private const long Patience = 20;

    private long? _answeredAt;
    private long? _unansweredSince;

    /// <summary>As <see cref="IGroupLink.AnsweredAt"/>.</summary>
    public readonly long AnsweredAt => _answeredAt ?? long.MinValue;

    /// <summary>As <see cref="IGroupLink.IsAnswering"/>.</summary>
    public readonly bool IsAnswering(TimeProvider time) => _answeredAt is not null && (_unansweredSince is not { } since || time.Milliseconds() - since < Patience);

    /// <summary>It is asked.</summary>
    public void OnAsked(TimeProvider time) => _unansweredSince ??= time.Milliseconds();

    /// <summary>It has answered.</summary>
    public void OnAnswered(TimeProvider time) => (_answeredAt, _unansweredSince) = (time.Milliseconds(), null);

    /// <summary>It has not answered, as far as is known.</summary>
    public void ForgetAnswer() => _answeredAt = null;
}
