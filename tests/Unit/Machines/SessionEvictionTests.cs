using NUnit.Framework;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
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

    [Test]
    public void Large_results_that_nobody_acknowledges_are_bounded_over_all_sessions()
    {
        SessionTable table = new(maximum: 10, window: 16, allResultBytes: 100_000);
        Session idle = table.Open(UInt128.Zero);
        StoreResult(table, idle, bytes: 8);
        Session[] sessions = [.. Enumerable.Range(0, 4).Select(_ => table.Open(UInt128.Zero))];

        foreach (Session session in sessions)
            StoreResult(table, session, bytes: 40_000);

        Assert.That(sessions.Select(session => table.Find(session.Id) is not null), Is.EqualTo(new[] { false, false, true, true }));
        Assert.That(table.Find(idle.Id), Is.Not.Null, "it keeps next to nothing");
    }

    [Test]
    public void Results_that_went_with_their_session_or_were_acknowledged_do_not_count()
    {
        SessionTable table = new(maximum: 2, window: 16, allResultBytes: 100_000);
        Session evicted = table.Open(UInt128.Zero);
        StoreResult(table, evicted, bytes: 90_000);
        Session first = table.Open(UInt128.Zero);
        Session second = table.Open(UInt128.Zero);
        StoreResult(table, first, bytes: 60_000);
        first.Acknowledge(2);
        table.NoteResults(first, -60_000);

        StoreResult(table, second, bytes: 90_000);

        Assert.That(table.Find(evicted.Id), Is.Null);
        Assert.That(table.Find(first.Id), Is.Not.Null);
    }

    [Test]
    public void The_session_whose_request_ran_is_not_evicted_for_its_own_result()
    {
        SessionTable table = new(maximum: 10, window: 16, allResultBytes: 100_000);
        Session session = table.Open(UInt128.Zero);

        StoreResult(table, session, bytes: 100_001);

        Assert.That(table.Find(session.Id), Is.SameAs(session));
    }

    // As the state does it.
    private static void StoreResult(SessionTable table, Session session, int bytes)
    {
        table.MarkUsed(session);
        long before = session.ResultBytes;
        session.Store(session.Highest + 1, commandHash: 0, new CommandResult(ReplyStatus.Ok, new byte[bytes]));
        table.NoteResults(session, session.ResultBytes - before);
    }
}
