using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Reads;

/// <summary>The questions under way and those to be sent. They have no order among themselves and are asked again freely.</summary>
/// <param name="capacity">Most questions at once.</param>
/// <param name="effects">Where they are sent to.</param>
internal sealed class QueryTable(int capacity, ClientEffects effects)
{
    // A read waits for a round among the replicas; long before this it has its answer, or is lost.
    private const long FirstPatience = 100;

    private readonly Dictionary<long, Query> _queries = [];
    private readonly LinkedList<Query> _unsent = [];
    private long _lastTag;

    /// <summary>Questions without an answer.</summary>
    public int Count => _queries.Count;

    /// <summary>A question was refused for now: nothing is sent until <see cref="Release"/>.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Takes a question in; false when there is no space.</summary>
    public bool TryAdd(Query query, long now)
    {
        if (_queries.Count >= capacity)
            return false;
        query.Tag = new SequenceNumber(++_lastTag);
        query.Deadline = query.Timeout is { } timeout ? now + timeout + query.Allowance : long.MaxValue;
        _queries.Add(query.Tag.Number, query);
        query.Unsent = _unsent.AddLast(query);
        return true;
    }

    /// <summary>Takes in a question that was asked elsewhere; its time goes on, and it is not refused for want of space.</summary>
    public void Adopt(Query query)
    {
        query.Tag = new SequenceNumber(++_lastTag);
        _queries.Add(query.Tag.Number, query);
        MarkUnsent(query);
    }

    /// <summary>Sends what is to be sent.</summary>
    public void Pump(int connection, long now)
    {
        while (!IsHeld && _unsent.First is { } node)
        {
            _unsent.RemoveFirst();
            node.Value.Unsent = null;
            node.Value.SentAt = now;
            Send(connection, node.Value, now);
        }
    }

    /// <summary>Asks once more what should be answered by now; the pause doubles each time.</summary>
    public void Retransmit(int connection, long now)
    {
        foreach (Query query in _queries.Values)
        {
            if (query.SentAt is not null && query.SendAgainAt <= now)
                Send(connection, query, now);
        }
    }

    /// <summary>Matches a reply; null when nobody waits for it.</summary>
    public Query? Find(SequenceNumber tag) => _queries.GetValueOrDefault(tag.Number);

    /// <summary>Not answered now: it is asked again after <see cref="Release"/>.</summary>
    /// <param name="query">The question.</param>
    /// <param name="now">The present time.</param>
    public void Refuse(Query query, long now)
    {
        IsHeld = true;
        GiveBackHeld(query, now);
        MarkUnsent(query);
    }

    /// <summary>It is not asked before <see cref="Resume"/>; its time goes on.</summary>
    public void Park(Query query)
    {
        query.SentAt = null;
        if (query.Unsent is { } node)
            _unsent.Remove(node);
        query.Unsent = null;
    }

    /// <summary>It is asked again.</summary>
    public void Resume(Query query) => MarkUnsent(query);

    /// <summary>Sends again.</summary>
    public void Release() => IsHeld = false;

    /// <summary>The connection ended: everything under way is to be asked again.</summary>
    /// <param name="now">The present time.</param>
    public void Detach(long now)
    {
        IsHeld = false;
        foreach (Query query in _queries.Values)
        {
            if (query.SentAt is null)
                continue;
            GiveBackHeld(query, now);
            MarkUnsent(query);
        }
    }

    /// <summary>Takes a question out; nothing happens when it is not in.</summary>
    public void Remove(Query query)
    {
        if (!_queries.Remove(query.Tag.Number))
            return;
        if (query.Unsent is { } node)
            _unsent.Remove(node);
        query.Unsent = null;
    }

    /// <summary>The questions whose time is over.</summary>
    public List<Query> Expired(long now) => [.. _queries.Values.Where(query => query.Deadline <= now)];

    /// <summary>All of them.</summary>
    public List<Query> All() => [.. _queries.Values];

    /// <summary>Since when an answer is overdue; null when none is.</summary>
    public long? OverdueSince()
    {
        long? since = null;
        foreach (Query query in _queries.Values)
        {
            if (query.SentAt is { } sent && (since is null || sent + query.Allowance < since))
                since = sent + query.Allowance;
        }
        return since;
    }

    private void Send(int connection, Query query, long now)
    {
        long waited = now - query.SentAt!.Value;
        query.SendAgainAt = now + query.Allowance + Math.Max(FirstPatience, waited);
        effects.Sends.Add(new SendEffect(
            connection, new ClientRequest(SessionId.None, query.Tag, SequenceNumber.None, SequenceNumber.None, query.Command)));
    }

    // While a replica held it by right, its time stood still: the next one may hold it too. Whoever only refuses gives it no time.
    private static void GiveBackHeld(Query query, long now)
    {
        if (query is { Timeout: not null, SentAt: { } sent })
            query.Deadline += Math.Clamp(now - sent, 0, query.Allowance);
    }

    private void MarkUnsent(Query query)
    {
        query.SentAt = null;
        query.Unsent ??= _unsent.AddLast(query);
    }
}
