using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>A request of unknown outcome that another client sends once more, and those behind it (rule 9).</summary>
public sealed class RetriedNameTests
{
    private const long Expiry = 700_000;
    private const long First = 5;

    private static readonly SessionId _session = new(99);

    [Test]
    public void A_retried_request_has_its_session_its_number_and_its_expiry_and_acknowledges_what_was_before_it()
    {
        CoreStory story = Story(logTime: 690_000);

        ClientRequest sent = Send(story);

        Assert.That((sent.Session, sent.Expiry), Is.EqualTo((_session, Expiry)));
        Assert.That(CoreStory.Name(sent), Is.EqualTo((First, 0L, First)));
    }

    [TestCase(650_000, ExpectedResult = 770_000, Description = "later than that of the first")]
    [TestCase(100, ExpectedResult = Expiry, Description = "never lower")]
    public long Whatever_may_have_been_sent_behind_it_keeps_its_expiry_and_what_cannot_have_been_gets_its_own(long logTime)
    {
        CoreStory story = Story(logTime);
        for (long number = First; number < First + ClientCoreOptions.LargestWindow; number++)
        {
            ClientRequest sent = Send(story);
            Assert.That((sent.Session, sent.Sequence.Number, sent.Expiry), Is.EqualTo((_session, number, Expiry)));
            story.Replied(CoreStory.Done(number) with { Session = _session, LogTime = logTime });
        }

        return Send(story).Expiry;
    }

    [Test]
    public void A_retried_request_that_nobody_took_this_time_can_be_retried_once_more()
    {
        CoreStory story = new(new ClientCoreOptions { Seed = 7, Retried = new RequestName(_session, new SequenceNumber(First), Expiry) });

        story.Step(ClientInput.Begin(CoreStory.Request("hello", timeout: 100))).After(100);

        Assert.That(story.Completed.Single().Outcome, Is.EqualTo(Outcome.Unknown));
        Assert.That(story.Completed.Single().Name, Is.EqualTo(new RequestName(_session, new SequenceNumber(First), Expiry)));
    }

    [Test]
    public void A_retried_session_that_ends_is_followed_by_one_that_is_drawn()
    {
        CoreStory story = Story(logTime: 100);
        Send(story);

        story.Replied(CoreStory.Reply(First, ReplyStatus.Malformed) with { Session = _session, LogTime = 100 });
        ClientRequest next = Send(story);

        Assert.That((next.Session, next.Expiry), Is.EqualTo((CoreStory.Session, 120_100L)));
        Assert.That(CoreStory.Name(next), Is.EqualTo((1L, 0L, 1L)));
    }

    private static CoreStory Story(long logTime)
    {
        CoreStory story = new(new ClientCoreOptions { Seed = 7, Retried = new RequestName(_session, new SequenceNumber(First), Expiry) });
        story.Step();
        return story.Lead(CoreStory.First, view: 0, logTime);
    }

    private static ClientRequest Send(CoreStory story) => story.Step(ClientInput.Begin(CoreStory.Request("hello"))).Sent.Single();
}
