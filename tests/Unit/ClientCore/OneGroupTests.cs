using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>A client whose addresses lead to the replicas of one group: it has what that group serves, and says so of everything else.</summary>
public sealed class OneGroupTests
{
    private const string Reason =
        "this group does not serve it, and configuration 7 or a later one says who does: name the addresses of the masters in place of its own";

    private CoreStory _story = null!;

    [SetUp]
    public void FindThePrimary() => _story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 10_000 }).Begin();

    [Test]
    public void A_request_that_the_group_does_not_serve_is_rejected()
    {
        Request request = CoreStory.Request("second");
        _story.Step(ClientInput.Begin(request));
        ClientRequest sent = _story.Sent.Single();

        _story.Replied(ClusterStory.NotMyArc(sent, 7));

        Assert.That(
            _story.Completed,
            Is.EqualTo(new[] { new Completion(request, Outcome.Rejected, default, Reason, new RequestName(sent.Session, sent.Sequence, sent.Expiry)) }));
        Assert.That(_story.Core.IsIdle, Is.True);
    }

    [Test]
    public void A_request_that_may_have_been_taken_before_is_sent_again_until_its_time_is_over()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second", timeout: 400)));
        ClientRequest sent = _story.Sent.Single();
        _story.Break().Lead(CoreStory.Second, view: 1);

        Assert.That(_story.Replied(ClusterStory.NotMyArc(sent, 7)).Completed, Is.Empty);
        Assert.That(_story.After(10).Sent, Is.EqualTo(new[] { sent }));
        while (_story.Completed.Count == 0)
            _story.After(10);
        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.Unknown));
    }

    [Test]
    public void A_question_and_a_follow_that_the_group_does_not_serve_end_too()
    {
        _story.Step(ClientInput.Begin(new Query(new ReadHistoryQuery("room", 1, 10).Encode(), timeout: null)), ClientInput.Begin(new Follow("room", 1)));

        _story.Replied([.. _story.Sent.Select(static sent => ClusterStory.NotMyArc(sent, 7))]);

        Assert.That(
            _story.Completed.Select(static completion => (completion.Outcome, completion.Reason)),
            Is.EqualTo(new[] { (Outcome.Rejected, Reason), (Outcome.Rejected, Reason) }));
    }

    [Test]
    public void What_masters_would_be_asked_ends_with_an_empty_answer_because_there_are_none()
    {
        CoreStory story = new();
        Query before = QuestionToMasters();
        story.Step(ClientInput.Begin(before));

        story.Lead(CoreStory.First, view: 0);
        Assert.That(story.Completed, Is.EqualTo(new[] { new Completion(before, Outcome.Done, default, "", default) }));
        Assert.That(story.Sent, Is.Empty);

        Query after = QuestionToMasters();
        Assert.That(story.Step(ClientInput.Begin(after)).Completed, Is.EqualTo(new[] { new Completion(after, Outcome.Done, default, "", default) }));
    }

    [Test]
    public void What_is_meant_for_the_group_itself_goes_to_it()
    {
        _story.Step(ClientInput.Begin(new Request(new byte[] { 1, 0, 0, 0, 0 }, timeout: null) { Group = GroupId.Masters }));

        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (2L, 0L, 2L) }));
    }

    private static Query QuestionToMasters() =>
        new(new ReadConfigurationQuery(ReadConfigurationQuery.Latest).Encode(), timeout: null) { Group = GroupId.Masters };
}
