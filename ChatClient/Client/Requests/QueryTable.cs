using System.Text;
using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// The questions under way and those to be sent. They have no order among themselves and are asked again freely. Pure; the
/// <see cref="GroupLink"/> calls it under its lock.
/// </summary>
/// <param name="capacity">Most questions at once.</param>
internal sealed class QueryTable(int capacity)
{
    // A read waits for a round among the replicas; long before this it has its answer, or is lost.
    private const long FirstPatience = 100;

    private readonly Dictionary<long, PendingQuery> _queries = [];
    private readonly LinkedList<PendingQuery> _unsent = [];
    private long _lastTag;

    /// <summary>Questions without an answer.</summary>
    public int Count => _queries.Count;

    /// <summary>A question was refused for now: nothing is sent until <see cref="Release"/>.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Takes a question in; null when there is no room.</summary>
    /// <param name="command">The encoded question.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="allowance">How long the server may hold it by right, in milliseconds.</param>
    public PendingQuery? Add(ReadOnlyMemory<byte> command, long deadline, long allowance)
    {
        if (_queries.Count >= capacity)
            return null;
        PendingQuery query = new(new SequenceNumber(++_lastTag), command, deadline, allowance);
        _queries.Add(query.Tag.Number, query);
        query.Unsent = _unsent.AddLast(query);
        return query;
    }

    /// <summary>Sends what is to be sent.</summary>
    public void Pump(IRequestSink sink, long now)
    {
        while (!IsHeld && _unsent.First is { } node)
        {
            _unsent.RemoveFirst();
            node.Value.Unsent = null;
            node.Value.SentAt = now;
            Send(sink, node.Value, now);
        }
    }

    /// <summary>Asks once more what should be answered by now; the pause doubles each time.</summary>
    public void Retransmit(IRequestSink sink, long now)
    {
        foreach (PendingQuery query in _queries.Values)
        {
            if (query.SentAt is not null && query.SendAgainAt <= now)
                Send(sink, query, now);
        }
    }

    /// <summary>Matches a reply; null when nobody waits for it.</summary>
    public PendingQuery? Find(SequenceNumber tag) => _queries.GetValueOrDefault(tag.Number);

    /// <summary>An answer that is final: the question leaves.</summary>
    public void Settle(PendingQuery query, ClientReply reply)
    {
        Remove(query);
        if (reply.Status == ReplyStatus.Ok)
            query.Succeed(reply.Payload);
        else
            query.Fail(new RejectedException(ReplyText(reply)));
    }

    /// <summary>Not answered now: it is asked again after <see cref="Release"/>.</summary>
    public void Refuse(PendingQuery query)
    {
        IsHeld = true;
        MarkUnsent(query);
    }

    /// <summary>Sends again.</summary>
    public void Release() => IsHeld = false;

    /// <summary>The connection ended: everything under way is asked again.</summary>
    /// <returns>How many were under way.</returns>
    public int Detach()
    {
        IsHeld = false;
        List<PendingQuery> underWay = [.. _queries.Values.Where(query => query.SentAt is not null)];
        foreach (PendingQuery query in underWay)
            MarkUnsent(query);
        return underWay.Count;
    }

    /// <summary>Takes a question out.</summary>
    public void Remove(PendingQuery query)
    {
        _queries.Remove(query.Tag.Number);
        if (query.Unsent is { } node)
            _unsent.Remove(node);
        query.Unsent = null;
    }

    /// <summary>The questions whose callers stop waiting by now.</summary>
    public List<PendingQuery> Expired(long now) => [.. _queries.Values.Where(query => query.Deadline <= now)];

    /// <summary>All of them.</summary>
    public List<PendingQuery> All() => [.. _queries.Values];

    /// <summary>Since when an answer is overdue; null when none is.</summary>
    public long? OverdueSince()
    {
        long? since = null;
        foreach (PendingQuery query in _queries.Values)
        {
            if (query.SentAt is { } sent && (since is null || sent + query.Allowance < since))
                since = sent + query.Allowance;
        }
        return since;
    }

    /// <summary>The readable reason in a refusal.</summary>
    public static string ReplyText(ClientReply reply) =>
        reply.Payload.IsEmpty ? $"refused as {reply.Status}" : Encoding.UTF8.GetString(reply.Payload.Span);

    private static void Send(IRequestSink sink, PendingQuery query, long now)
    {
        long waited = now - query.SentAt!.Value;
        query.SendAgainAt = now + query.Allowance + Math.Max(FirstPatience, waited);
        sink.Write(new ClientRequest(SessionId.None, query.Tag, SequenceNumber.None, SequenceNumber.None, query.Command));
    }

    private void MarkUnsent(PendingQuery query)
    {
        query.SentAt = null;
        query.Unsent ??= _unsent.AddLast(query);
    }
}
