using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Groups;

/// <summary>
/// What users want of one group, in whatever state it is: their requests in their order, their questions, the rooms that they follow. It keeps their bounds and their
/// times with a connection and without one.
/// </summary>
internal sealed class GroupCalls
{
    private readonly ClientEffects _effects;
    private string? _closed;

    /// <summary>Nobody wants anything yet.</summary>
    /// <param name="options">Bounds and times.</param>
    /// <param name="retried">The request to begin with; null for a new session.</param>
    /// <param name="expiries">Until when requests may run.</param>
    /// <param name="shared">Sessions, and where everything goes.</param>
    public GroupCalls(ClientCoreOptions options, RequestName? retried, ExpiryClock expiries, SharedParts shared)
    {
        _effects = shared.Effects;
        Requests = new RequestChannel(options, retried, shared.Sessions, expiries, _effects);
        Queries = new QueryTable(options.Reads, _effects);
        Follows = new FollowTable(options, Queries, _effects);
    }

    /// <summary>The requests of its session.</summary>
    public RequestChannel Requests { get; }

    /// <summary>The questions, those of follows too.</summary>
    public QueryTable Queries { get; }

    /// <summary>The rooms that are followed.</summary>
    public FollowTable Follows { get; }

    /// <summary>Nothing waits and nothing is under way, not even for callers that have gone.</summary>
    public bool IsIdle => Requests.IsIdle && Queries.Count == 0;

    /// <summary>Nobody has anything here any more, not even a follow whose consumer still has something to take.</summary>
    public bool IsEmpty => IsIdle && Follows.Count == 0;

    /// <summary>A user begins a call.</summary>
    public void Begin(Call call, long now)
    {
        call.Holder = this;
        switch (call)
        {
            case Request request:
                Requests.Begin(request, now);
                break;
            case Query or Follow when _closed is { } reason:
                _effects.Complete(call, Outcome.NotApplied, reason);
                break;
            case Query query:
                if (!Queries.TryAdd(query, now))
                    _effects.Complete(query, Outcome.NotApplied, "too many reads are under way already");
                break;
            case Follow follow:
                Follows.Begin(follow, now);
                break;
        }
    }

    /// <summary>A user calls a call off.</summary>
    public void CallOff(Call call)
    {
        switch (call)
        {
            case Request request:
                Requests.CallOff(request);
                break;
            case Query query:
                Queries.Remove(query);
                _effects.Complete(query, Outcome.CalledOff);
                break;
            case Follow follow:
                Follows.End(follow, Outcome.CalledOff, "");
                break;
        }
    }

    /// <summary>The consumer of a follow wants more.</summary>
    public void More(Follow follow, long now) => Follows.More(follow, now);

    /// <summary>Lets a question, and the follow that asks it, go on elsewhere, from where it is.</summary>
    public void HandOver(Query query, GroupCalls to)
    {
        Queries.Remove(query);
        if (query.Asker == Follows)
            HandOver((Follow)query.Caller!, to);
        query.Holder = to;
        to.Queries.Adopt(query);
    }

    /// <summary>Lets a follow go on elsewhere, from where it is; its question, if it has one, is handed over by whoever calls this.</summary>
    public void HandOver(Follow follow, GroupCalls to)
    {
        Follows.Release(follow);
        follow.Holder = to;
        to.Follows.Adopt(follow);
    }

    /// <summary>Ends every call, and each that begins from now on.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void Close(string reason)
    {
        _closed = reason;
        Requests.Close(reason);
        Follows.Close(reason);
        foreach (Query query in Queries.All())
            End(query, Outcome.NotApplied, reason);
    }

    /// <summary>Ends the calls whose time is over, and tells of outages.</summary>
    public void Expire(long now)
    {
        Requests.Expire(now);
        foreach (Query query in Queries.Expired(now))
            End(query, Outcome.NotTaken, "");
        Follows.TellOutages(now);
    }

    /// <summary>What a reply without a session means for the question that it answers; one that nobody waits for means nothing.</summary>
    public ReplyEffect OnAnswer(in ClientReply reply, long now)
    {
        if (Queries.Find(reply.Sequence) is not { } query)
            return ReplyEffect.None;
        ReplyEffect effect = ReplyEffects.Of(reply.Status);
        if (effect != ReplyEffect.None)
        {
            Queries.Refuse(query, now);
            return effect;
        }
        Queries.Remove(query);
        if (query.Asker is { } asker)
            asker.OnReply(query, reply, now);
        else if (reply.Status == ReplyStatus.Ok)
            _effects.Complete(query, Outcome.Done, payload: reply.Payload);
        else
            _effects.Complete(query, Outcome.Rejected, ReplyEffects.Text(reply));
        return ReplyEffect.None;
    }

    /// <summary>The group is known, and is not that of masters: what they would have been asked ends with an empty answer, because there are none.</summary>
    public void EndQuestionsToMasters()
    {
        foreach (Query query in Queries.All().Where(static query => query.Group == GroupId.Masters))
        {
            Queries.Remove(query);
            _effects.Complete(query, Outcome.Done);
        }
    }

    /// <summary>The connection ended: what was under way on it is to be sent again.</summary>
    /// <param name="now">The present time.</param>
    public void Detach(long now)
    {
        Requests.Detach();
        Queries.Detach(now);
    }

    private void End(Query query, Outcome outcome, string reason)
    {
        Queries.Remove(query);
        if (query.Asker is { } asker)
            asker.OnGivenUp(query, outcome, reason);
        else
            _effects.Complete(query, outcome, reason);
    }
}
