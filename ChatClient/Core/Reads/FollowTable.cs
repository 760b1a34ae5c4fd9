using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Reads;

/// <summary>The follows of a client: what each asks next, what its consumer is given, and whether anybody answers it.</summary>
/// <param name="options">How long a replica may hold a question, and how long an outage lasts before it is told.</param>
/// <param name="queries">Where the questions are asked.</param>
/// <param name="effects">Where messages and notices go.</param>
internal sealed class FollowTable(ClientCoreOptions options, QueryTable queries, ClientEffects effects) : IQueryAsker
{
    private const int MessagesPerRead = 512;

    private readonly List<Follow> _follows = [];

    /// <summary>How many there are.</summary>
    public int Count => _follows.Count;

    /// <summary>Begins a follow; refused when there is no space for its questions.</summary>
    public void Begin(Follow follow, long now)
    {
        _follows.Add(follow);
        Ask(follow, now);
    }

    /// <summary>The consumer has taken what it was given.</summary>
    public void More(Follow follow, long now)
    {
        if (!follow.IsCompleted && follow.Question is null)
            Ask(follow, now);
    }

    /// <summary>Ends a follow.</summary>
    public void End(Follow follow, Outcome outcome, string reason)
    {
        if (follow.Question is { } question)
            queries.Remove(question);
        follow.Question = null;
        _follows.Remove(follow);
        effects.Complete(follow, outcome, reason);
    }

    /// <summary>Lets go of a follow, which goes on elsewhere.</summary>
    public void Release(Follow follow) => _follows.Remove(follow);

    /// <summary>Takes in a follow that was begun elsewhere; its question, if it has one, is asked by whoever took that in.</summary>
    public void Adopt(Follow follow)
    {
        _follows.Add(follow);
        if (follow.Question is { } question)
            question.Asker = this;
    }

    /// <summary>Ends all of them.</summary>
    public void Close(string reason)
    {
        foreach (Follow follow in _follows.ToArray())
            End(follow, Outcome.NotApplied, reason);
    }

    /// <inheritdoc/>
    public void OnReply(Query question, in ClientReply reply, long now)
    {
        Follow follow = (Follow)question.Caller!;
        follow.Question = null;
        if (reply.Status != ReplyStatus.Ok)
        {
            End(follow, Outcome.Rejected, ReplyEffects.Text(reply));
            return;
        }
        if (follow.IsOutageTold)
            effects.Outages.Add(new OutageNotice(follow, IsOver: true, now - follow.AskedAt));
        follow.IsOutageTold = false;
        try
        {
            Deliver(follow, HistoryResult.Decode(reply.Payload.Span), now);
        }
        catch (WireFormatException exception)
        {
            End(follow, Outcome.NotApplied, $"the answer cannot be read: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void OnGivenUp(Query question, Outcome outcome, string reason) => End((Follow)question.Caller!, outcome, reason);

    /// <summary>Tells the consumers of follows that nobody has answered for too long; each once.</summary>
    public void TellOutages(long now)
    {
        foreach (Follow follow in _follows)
        {
            if (follow is not { Question: { } question, IsOutageTold: false } || now - follow.AskedAt < question.Allowance + options.OutageNotice)
                continue;
            follow.IsOutageTold = true;
            effects.Outages.Add(new OutageNotice(follow, IsOver: false, now - follow.AskedAt));
        }
    }

    private void Deliver(Follow follow, HistoryResult result, long now)
    {
        if (follow.Cursor.IsTrimmed(result))
        {
            follow.FirstLeft = result.First;
            End(follow, Outcome.Trimmed, $"message {follow.Cursor.Next} was trimmed; the first one left is {result.First}");
            return;
        }
        List<RoomMessage> messages = follow.Cursor.Take(result);
        if (messages.Count > 0)
            effects.Deliveries.Add(new Delivery(follow, messages));
        else
            Ask(follow, now);
    }

    private void Ask(Follow follow, long now)
    {
        byte[] question = follow.Cursor.Next is { } next
            ? new FollowRoomQuery(follow.Room, next, options.FollowWait).Encode()
            : new ReadHistoryQuery(follow.Room, follow.From, MessagesPerRead).Encode();
        long allowance = follow.Cursor.Next is null ? 0 : options.FollowWait;
        follow.AskedAt = now;
        follow.Question = new Query(question, null, allowance, caller: follow) { Asker = this };
        if (!queries.TryAdd(follow.Question, now))
            End(follow, Outcome.NotApplied, "too many reads are under way already");
    }
}
