using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>Until when requests may run: log time as it was heard, its age, and a lifetime (rule 9).</summary>
public sealed class ExpiryTests
{
    private const long LogTime = 1_700_000_000_000;
    private const long Lifetime = 120_000;

    private CoreStory _story = null!;

    [SetUp]
    public void FindThePrimary()
    {
        _story = new CoreStory();
        _story.Step();
        _story.Lead(CoreStory.First, view: 0, LogTime);
    }

    [Test]
    public void An_expiry_is_the_log_time_that_was_heard_and_a_lifetime() => Assert.That(ExpiryOfTheNext(), Is.EqualTo(LogTime + Lifetime));

    [Test]
    public void The_lifetime_is_an_option()
    {
        _story = new CoreStory(new ClientCoreOptions { Seed = 7, Lifetime = 1000 });
        _story.Step();
        _story.Lead(CoreStory.First, view: 0, LogTime);

        Assert.That(ExpiryOfTheNext(), Is.EqualTo(LogTime + 1000));
    }

    [Test]
    public void Log_time_ages_by_the_time_of_the_machine_pauses_included()
    {
        _story.Later(30);
        Assert.That(ExpiryOfTheNext(), Is.EqualTo(LogTime + 30 + Lifetime));

        _story.Pause(1_000_000);
        Assert.That(ExpiryOfTheNext(), Is.EqualTo(LogTime + 1_000_030 + Lifetime));
    }

    [Test]
    public void Log_time_is_heard_anew_with_every_reply()
    {
        _story.Later(30);
        SendNext();
        _story.Replied(CoreStory.Done(1) with { LogTime = LogTime + 5000 }).Later(10);
        Assert.That(ExpiryOfTheNext(), Is.EqualTo(LogTime + 5010 + Lifetime));

        _story.Step(ClientInput.Begin(new Query(new ReadHistoryQuery("room", 1, 10).Encode(), timeout: null)));
        SequenceNumber question = _story.Sent.Single().Sequence;
        _story.Replied(new ClientReply(SessionId.None, question, ReplyStatus.Busy, View.First, default) { LogTime = LogTime + 9000 });
        Assert.That(ExpiryOfTheNext(), Is.EqualTo(LogTime + 9000 + Lifetime), "with a refusal too");
    }

    [Test]
    public void Log_time_is_heard_anew_on_every_connection_and_the_expiries_of_a_session_never_fall()
    {
        long first = ExpiryOfTheNext();
        _story.Break().Lead(CoreStory.Second, view: 1, LogTime - 60_000);
        Assert.That(ExpiryOfTheNext(), Is.EqualTo(first), "this one tells less");

        _story.Pause(60_001);
        Assert.That(ExpiryOfTheNext(), Is.EqualTo(first + 1));
    }

    [Test]
    public void A_number_keeps_its_expiry_however_often_and_wherever_it_is_sent()
    {
        ClientRequest sent = SendNext();

        Assert.That(_story.After(40).Sent, Is.EqualTo(new[] { sent }), "once more on the same connection");
        Assert.That(_story.Break().Lead(CoreStory.Second, view: 1, LogTime + 70_000).Sent, Is.EqualTo(new[] { sent }));
        Assert.That(ExpiryOfTheNext(), Is.EqualTo(LogTime + 70_000 + Lifetime));
    }

    [Test]
    public void The_expiry_of_a_request_that_waits_for_a_connection_is_chosen_when_it_first_leaves()
    {
        _story.Break().Step(ClientInput.Begin(CoreStory.Request("waits")));

        _story.Pause(500_000).Lead(CoreStory.Second, view: 1, LogTime + 500_000);

        Assert.That(_story.Sent.Single().Expiry, Is.EqualTo(LogTime + 500_000 + Lifetime));
    }

    [Test]
    public void A_new_session_may_have_lower_expiries_than_the_one_before()
    {
        ClientRequest sent = SendNext();
        _story.Break().Lead(CoreStory.Second, view: 1, LogTime - 60_000);

        _story.Replied(CoreStory.Reply(sent.Sequence.Number, ReplyStatus.Malformed) with { LogTime = LogTime - 60_000 });

        Assert.That(ExpiryOfTheNext(), Is.EqualTo(LogTime - 60_000 + Lifetime));
    }

    [TestCase(0)]
    [TestCase(Lifetime)]
    public void An_expiry_is_never_above_what_a_frame_can_carry_whatever_a_replica_tells(long below)
    {
        _story.Break().Lead(CoreStory.Second, view: 1, Limits.HighestTime - below);

        Assert.That(ExpiryOfTheNext(), Is.EqualTo(Limits.HighestTime));
        _story.Later(1);
        Assert.That(ExpiryOfTheNext(), Is.EqualTo(Limits.HighestTime));
    }

    [TestCase(780_000, true, Description = "as far ahead of log time as may be")]
    [TestCase(780_001, false, Description = "farther")]
    public void When_the_expiries_of_a_session_are_too_far_ahead_of_the_log_time_of_another_primary_a_new_one_is_drawn(long behind, bool isKept)
    {
        ClientRequest first = SendNext();
        _story.Replied(CoreStory.Done(1) with { LogTime = LogTime });

        _story.Break().Lead(CoreStory.Second, view: 1, LogTime - behind);
        ClientRequest[] next = [.. _story.Step([ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(CoreStory.Request("third"))]).Sent];

        Assert.That(next.Select(request => request.Session == first.Session), Is.All.EqualTo(isKept));
        Assert.That(next.Select(request => request.Expiry), Is.All.EqualTo(isKept ? first.Expiry : LogTime - behind + Lifetime));
        Assert.That(next.Select(CoreStory.Name), Is.EqualTo(isKept ? new[] { (2L, 0L, 2L), (3L, 2L, 2L) } : new[] { (1L, 0L, 1L), (2L, 1L, 1L) }));
    }

    [Test]
    public void What_was_sent_in_a_session_whose_expiries_are_too_far_ahead_is_not_sent_in_another_one()
    {
        ClientRequest first = SendNext();

        _story.Break().Lead(CoreStory.Second, view: 1, LogTime - 3_600_000);

        Assert.That(_story.Sent, Is.EqualTo(new[] { first }), "a copy of it may run");
    }

    [Test]
    public void A_read_has_no_expiry()
    {
        _story.Step(ClientInput.Begin(new Query(new ReadHistoryQuery("room", 1, 10).Encode(), timeout: null)));

        Assert.That(_story.Sent.Single().Expiry, Is.Zero);
    }

    private ClientRequest SendNext() => _story.Step(ClientInput.Begin(CoreStory.Request("next"))).Sent.Single();

    private long ExpiryOfTheNext() => SendNext().Expiry;
}
