using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>Who is asked who leads, whom a client believes, and when it looks for another one.</summary>
public sealed class PrimarySearchTests
{
    [Test]
    public void Every_address_is_asked_at_once()
    {
        CoreStory story = new();

        story.Step();

        Assert.That(story.Connects, Is.EqualTo(new[] { new ConnectEffect(1, CoreStory.First, GroupId.None), new ConnectEffect(2, CoreStory.Second, GroupId.None) }));
        Assert.That(story.Step(ClientInput.Opened(1, CoreStory.Group)).Questions.Keys, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void The_first_that_leads_is_kept_and_the_others_are_let_go()
    {
        CoreStory story = new();
        story.Step();

        story.Lead(CoreStory.Second, view: 1);

        Assert.That(
            story.Changes,
            Is.EqualTo(new[] { new PrimaryChange(IsFound: true, 2, CoreStory.Second, new View(1), "", Outage: -1, Resent: 0, CoreStory.Group) }));
        Assert.That(story.Closes, Is.EqualTo(new[] { 1 }));
        Assert.That(story.Core.PrimaryAddress, Is.EqualTo(CoreStory.Second));
    }

    [TestCase("follower", true, "follower in view 0")]
    [TestCase("primary", false, "primary in view 0, hears no quorum")]
    public void Who_does_not_lead_or_hears_no_quorum_is_of_no_use(string role, bool hearsQuorum, string why)
    {
        CoreStory story = new();
        story.Step();

        story.Answer(CoreStory.First, view: 0, role, hearsQuorum);

        Assert.That(story.Core.PrimaryAddress, Is.Null);
        Assert.That(story.Core.Failures, Does.Contain((CoreStory.First, why)));
    }

    [Test]
    public void An_address_that_a_replica_names_is_asked_too()
    {
        CoreStory story = new();
        story.Step();

        story.Answer(CoreStory.First, view: 0, "follower", names: "replica-2:1");

        Assert.That(story.Connects, Is.EqualTo(new[] { new ConnectEffect(3, "replica-2:1", GroupId.None) }));
    }

    [Test]
    public void An_address_that_a_redirect_names_is_asked_too()
    {
        CoreStory story = new CoreStory().Begin();
        story.Step(ClientInput.Begin(CoreStory.Request("second")));

        story.Replied(CoreStory.Reply(2, ReplyStatus.Redirect, "replica-2:1"u8.ToArray()));

        Assert.That(story.Connects.Select(connect => connect.Address), Is.EqualTo(new[] { CoreStory.First, CoreStory.Second, "replica-2:1" }));
    }

    [Test]
    public void A_connection_that_does_not_come_up_in_time_is_given_up_and_tried_again()
    {
        CoreStory story = new(new ClientCoreOptions { Seed = 7, ProbeTimeout = 100 });
        story.Step();

        Assert.That(story.After(90).Closes, Is.Empty);
        Assert.That(story.After(10).Closes, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(story.Core.Failures, Is.EqualTo(new[] { (CoreStory.First, "no answer in time"), (CoreStory.Second, "no answer in time") }));
        Assert.That(story.After(10).Connects.Select(connect => connect.Address), Is.EqualTo(new[] { CoreStory.First, CoreStory.Second }));
    }

    [TestCase(2, ExpectedResult = CoreStory.First, Description = "less than the view it was in: an old primary that does not know it yet")]
    [TestCase(3, ExpectedResult = CoreStory.Second, Description = "equal")]
    [TestCase(4, ExpectedResult = CoreStory.Second, Description = "greater")]
    public string? After_a_break_only_who_leads_in_no_lower_view_is_believed(long view)
    {
        CoreStory story = new();
        story.Step();
        story.Lead(CoreStory.First, view: 3);
        story.Break().Lead(CoreStory.Second, view);
        if (story.Core.PrimaryAddress is null)
            story.Lead(CoreStory.First, view: 3);
        return story.Core.PrimaryAddress;
    }

    [TestCase(2, ExpectedResult = CoreStory.First, Description = "less than the view of the silent one")]
    [TestCase(3, ExpectedResult = CoreStory.First, Description = "equal")]
    [TestCase(4, ExpectedResult = CoreStory.Second, Description = "greater")]
    public string? A_silent_primary_is_left_for_one_in_a_higher_view_only(long view)
    {
        CoreStory story = new(new ClientCoreOptions { Seed = 7, Silence = 60 });
        story.Step();
        story.Lead(CoreStory.First, view: 3).Step(ClientInput.Begin(CoreStory.Request("first")));

        Assert.That(story.After(60).Connects.Select(static connect => connect.Address), Is.EqualTo(new[] { CoreStory.Second }), "the others are asked beside it, and itself not yet");
        return story.Lead(CoreStory.Second, view).Core.PrimaryAddress;
    }

    [Test]
    public void An_answer_ends_the_doubt()
    {
        CoreStory story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 60 }).Begin();
        story.Step(ClientInput.Begin(CoreStory.Request("second"))).After(60);
        int[] asked = [.. story.Connects.Select(connect => connect.Connection)];

        story.Replied(CoreStory.Done(2));

        Assert.That(story.Closes, Is.EqualTo(asked));
        Assert.That(story.Core.PrimaryAddress, Is.EqualTo(CoreStory.First));
    }

    [Test]
    public void A_late_answer_to_the_question_who_leads_is_not_taken_for_the_answer_to_another_one()
    {
        CoreStory story = new();
        story.Step();
        story.Step(ClientInput.Opened(1, CoreStory.Group));
        ClientRequest question = story.Questions[1];
        story.Lead(CoreStory.First, view: 0).Step(ClientInput.Begin(new Query(new ReadHistoryQuery("room", 1, 1).Encode(), timeout: null)));

        story.Replied(new ClientReply(SessionId.None, question.Sequence, ReplyStatus.Ok, View.First, new byte[3]));

        Assert.That(story.Completed, Is.Empty);
    }

    [Test]
    public void A_connection_that_ends_before_anything_was_answered_makes_the_next_search_wait()
    {
        CoreStory story = new(new ClientCoreOptions { Seed = 7, BackOffFirst = 40 });
        story.Step();
        story.Lead(CoreStory.First, view: 0);

        Assert.That(story.Break().Connects, Is.Empty);
        Assert.That(story.NextCall, Is.InRange(story.Now + 20, story.Now + 40));
        Assert.That(new CoreStory().Begin().Break().Connects, Has.Count.EqualTo(2), "after an answer it begins at once");
    }

    [Test]
    public void Whoever_answers_anything_is_not_silent_however_long_a_request_waits()
    {
        CoreStory story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 60 }).Begin();
        int primary = story.Primary;
        int other = story.ConnectionTo(CoreStory.Second);
        story.Step(ClientInput.Begin(CoreStory.Request("waits in a long queue")));

        for (int answer = 0; answer < 50; answer++)
            story.After(50).Replied(new ClientReply(SessionId.None, new SequenceNumber(1000), ReplyStatus.Ok, View.First, default));

        Assert.That(story.Primary, Is.EqualTo(primary));
        Assert.That(story.ConnectionTo(CoreStory.Second), Is.EqualTo(other), "nobody is asked who leads");
    }

    [Test]
    public void Each_further_connection_to_a_primary_that_does_not_answer_takes_twice_as_long_until_it_answers_promptly()
    {
        CoreStory story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 60 }).Begin();
        story.Step(ClientInput.Begin(CoreStory.Request("is not answered")));

        long[] times = [TimeToReconnect(story), TimeToReconnect(story), TimeToReconnect(story)];
        Assert.That(times, Is.EqualTo(new long[] { 120, 240, 480 }).Using<long>((is1, is2) => Math.Abs(is1 - is2) <= 60 ? 0 : 1));

        story.Replied(CoreStory.Done(2));
        story.Step(ClientInput.Begin(CoreStory.Request("is answered late, because what was sent again was answered")));
        Assert.That(TimeToReconnect(story), Is.EqualTo(960).Within(60), "an answer to what was sent more than once says nothing about the time that it takes");

        story.Replied(CoreStory.Done(3));
        story.Step(ClientInput.Begin(CoreStory.Request("is answered promptly")));
        story.After(20).Replied(CoreStory.Done(4));
        story.Step(ClientInput.Begin(CoreStory.Request("is not answered")));
        Assert.That(TimeToReconnect(story), Is.EqualTo(120).Within(60));
    }

    [Test]
    public void A_primary_whose_answers_take_long_may_be_silent_for_longer_until_they_come_promptly_again()
    {
        CoreStory story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 60 }).Begin();
        story.Step(ClientInput.Begin(CoreStory.Request("takes half a second"))).After(500).Replied(CoreStory.Done(2));

        Assert.That(TimeToDoubt(story, answered: 3), Is.InRange(1000, 1510), "twice as long, and up to half more by chance");

        for (int number = 4; number < 60; number++)
            story.Step(ClientInput.Begin(CoreStory.Request("is answered at once"))).Replied(CoreStory.Done(number));
        Assert.That(TimeToDoubt(story, answered: 60), Is.EqualTo(60).Within(10));
    }

    [Test]
    public void Who_took_long_to_say_that_it_leads_may_be_silent_for_longer()
    {
        CoreStory story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 60 });
        story.Step();
        story.After(400).Lead(CoreStory.First, view: 0).Step(ClientInput.Begin(CoreStory.Request("first")));

        Assert.That(TimeToDoubt(story, answered: 1), Is.InRange(800, 1250));
    }

    [Test]
    public void Others_are_asked_less_and_less_often_as_long_as_the_connection_to_the_silent_primary_is_up()
    {
        CoreStory story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 60 }).Begin();
        story.Step(ClientInput.Begin(CoreStory.Request("is not answered"))).After(60);

        List<long> times = [];
        for (int answer = 0; answer < 8; answer++)
        {
            story.Answer(CoreStory.Second, view: 0, "follower");
            times.Add(story.Now);
        }

        Assert.That(times[^1] - times[^2], Is.GreaterThanOrEqualTo(160), "5 ms doubled six times, by chance half of that");
        Assert.That(times[^1] - times[0], Is.LessThan(1000));
    }

    [Test]
    public void When_the_connection_to_a_suspected_primary_breaks_the_others_are_asked_soon()
    {
        CoreStory story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 60 }).Begin();
        story.Step(ClientInput.Begin(CoreStory.Request("is not answered"))).After(60);
        for (int answer = 0; answer < 8; answer++)
            story.Answer(CoreStory.Second, view: 0, "follower");
        int asked = story.ConnectionTo(CoreStory.Second);

        long broken = story.Break().Now;
        story.Answer(CoreStory.Second, view: 0, "follower");

        Assert.That(story.Now - broken, Is.LessThanOrEqualTo(40));
        Assert.That(story.ConnectionTo(CoreStory.Second), Is.EqualTo(asked), "on the same connection");
    }

    [Test]
    public void The_only_replica_of_a_group_is_connected_to_once_more_when_it_is_silent_for_long()
    {
        CoreStory story = new(new ClientCoreOptions { Seed = 7, Silence = 60 }, CoreStory.First);
        story.Begin().Step(ClientInput.Begin(CoreStory.Request("is not answered")));

        Assert.That(story.After(60).Connects, Is.Empty);
        Assert.That(TimeToReconnect(story), Is.InRange(60, 180));
    }

    /// <summary>A request is asked and not answered until somebody else is asked who leads.</summary>
    private static long TimeToDoubt(CoreStory story, long answered)
    {
        long begun = story.Step(ClientInput.Begin(CoreStory.Request("is not answered"))).Now;
        while (story.After(10).Connects.Count == 0 && story.Now < begun + 30_000)
        {
            // Nobody answers.
        }

        long took = story.Now - begun;
        story.Replied(CoreStory.Done(answered));
        return took;
    }

    /// <summary>The primary says that it leads as often as it is asked, and answers nothing else, until there is a new connection to it.</summary>
    private static long TimeToReconnect(CoreStory story)
    {
        long begun = story.Now;
        int primary = story.Primary;
        while (story.Primary == primary && story.Now < begun + 30_000)
            story.Lead(CoreStory.First, view: 0);
        return story.Now - begun;
    }
}
