using NUnit.Framework;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What happens when there are more sessions than places (rule 9; schedule 20).</summary>
public sealed class SessionEvictionTests
{
    [Test]
    public void Opening_one_too_many_evicts_the_session_used_longest_ago()
    {
        ExecutedLog log = new(sessions: 3);
        SessionId first = log.Open();
        SessionId second = log.Open();
        SessionId third = log.Open();
        log.Execute(Send(first, 1));

        SessionId fourth = log.Open();

        Assert.That(log.Execute(Send(second, 1)).Status, Is.EqualTo(ReplyStatus.OutcomeUnknown));
        foreach (SessionId survivor in new[] { first, third, fourth })
            Assert.That(log.Execute(Send(survivor, 5, previous: 0)).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void The_retry_of_an_executed_request_of_an_evicted_session_does_not_run_again()
    {
        ExecutedLog log = new(sessions: 1);
        SessionId evicted = log.Open();
        ClientRequest request = Send(evicted, 5, previous: 0);
        log.Execute(request);
        log.Open();

        Assert.That(log.Execute(request).Status, Is.EqualTo(ReplyStatus.OutcomeUnknown));
        Assert.That(log.State.AnswerFromStore(request)!.Value.Status, Is.EqualTo(ReplyStatus.OutcomeUnknown));
        Assert.That(log.History("lobby").Last, Is.EqualTo(1));
    }

    [Test]
    public void A_refused_request_and_a_duplicate_are_uses_too()
    {
        ExecutedLog log = new(sessions: 2);
        SessionId first = log.Open();
        SessionId second = log.Open();
        log.Execute(Send(first, 9));

        log.Open();

        Assert.That(log.State.Sessions.Find(first), Is.Not.Null);
        Assert.That(log.State.Sessions.Find(second), Is.Null);
    }

    [Test]
    public void A_repeated_opening_after_the_eviction_opens_a_new_session()
    {
        ExecutedLog log = new(sessions: 1);
        Guid nonce = Guid.Parse("c0ffee00-0000-0000-0000-000000000001");
        SessionId evicted = log.Open(nonce);
        log.Open();

        Assert.That(log.Open(nonce), Is.EqualTo(new SessionId(evicted.Number + 2)));
    }

    [Test]
    public void Thousands_of_openings_keep_only_the_places_there_are()
    {
        ExecutedLog log = new(sessions: 10);
        for (int count = 0; count < 1000; count++)
            log.Open(new Guid(count, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));

        Assert.That(log.State.Sessions.Count, Is.EqualTo(10));
        Assert.That(log.State.Sessions.LastIssued, Is.EqualTo(1000));
        Assert.That(log.State.Sessions.OldestNumber, Is.EqualTo(991));
        Assert.That(log.State.AnswerFromStore(Send(new SessionId(990), 1))!.Value.Status, Is.EqualTo(ReplyStatus.OutcomeUnknown));
    }
}
