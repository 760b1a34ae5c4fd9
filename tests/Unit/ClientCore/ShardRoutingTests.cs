using System.Text;
using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>Which group a call goes to when there are several, and that they do not hold one another up.</summary>
public sealed class ShardRoutingTests
{
    private const string OfOne = "room";
    private const string OfTwo = "other";

    private ClusterStory _cluster = null!;

    [SetUp]
    public void KnowAConfiguration() => _cluster = new ClusterStory().Begin(ClusterStory.First(OfTwo));

    [Test]
    public void Each_group_has_a_session_of_its_own_with_numbers_from_1()
    {
        _cluster.Send(OfOne, "1");
        ClientRequest toOne = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single();
        _cluster.Send(OfTwo, "2");
        ClientRequest toTwo = _cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two).Single();

        Assert.That(new[] { CoreStory.Name(toOne), CoreStory.Name(toTwo) }, Is.EqualTo(new[] { (1L, 0L, 1L), (1L, 0L, 1L) }));
        Assert.That(toTwo.Session, Is.Not.EqualTo(toOne.Session));
    }

    [Test]
    public void A_group_that_does_not_answer_holds_up_nothing_of_another()
    {
        _cluster = new ClusterStory(new ClientCoreOptions { Seed = 7, Window = 1, Silence = 10_000 }).Begin(ClusterStory.First(OfTwo));
        _cluster.Send(OfOne, "1", "2", "3");
        _cluster.Lead(ClusterStory.One);

        Request[] requests = _cluster.Send(OfTwo, "4");
        _cluster.Lead(ClusterStory.Two).RepliedBy(ClusterStory.Two, ClusterStory.Done(_cluster.SentTo(ClusterStory.Two).Single()));

        Assert.That(_cluster.Ended, Is.EqualTo(new[] { ((Call)requests[0], Outcome.Done) }));
        Assert.That(_cluster.Story.Core.HasRequests, Is.True);
    }

    [Test]
    public void A_question_goes_to_the_group_of_its_name_or_to_the_one_that_it_names()
    {
        byte[] list = new ListRoomsQuery("", 10).Encode();
        _cluster.Story.Step(
            ClientInput.Begin(new Query(new ReadHistoryQuery(OfTwo, 1, 10).Encode(), timeout: null)),
            ClientInput.Begin(new Query(list, timeout: null) { Group = ClusterStory.One }));

        Assert.That(_cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two).Select(static request => (CommandKind)request.Command.Span[0]), Is.EqualTo(new[] { CommandKind.ReadHistory }));
        Assert.That(_cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Select(static request => request.Command.ToArray()), Is.EqualTo(new[] { list }));
    }

    [Test]
    public void A_group_that_is_not_in_the_configuration_is_asked_nothing()
    {
        _cluster.Story.Step(
            ClientInput.Begin(new Query(new ListRoomsQuery("", 10).Encode(), timeout: null) { Group = new GroupId(9) }),
            ClientInput.Begin(new Request(new SendMessageCommand("room", "ann", "text").Encode(), timeout: null) { Group = new GroupId(9), WaitsForRoom = true }));

        Assert.That(_cluster.Completed.Select(static completion => completion.Outcome), Is.EqualTo(new[] { Outcome.NotApplied, Outcome.NotApplied }));
        Assert.That(_cluster.Completed[0].Reason, Is.EqualTo("there is no such group in configuration 1"));
        Assert.That(_cluster.Story.Taken, Has.Count.EqualTo(1), "it does not wait for space for ever");
    }

    [Test]
    public void A_retried_request_goes_to_its_owner_under_its_name_and_others_under_new_ones()
    {
        RequestName name = new(new SessionId(99), new SequenceNumber(5), 700_000);
        _cluster = new ClusterStory(new ClientCoreOptions { Seed = 7, Retried = name }).Begin(ClusterStory.First(OfTwo));

        _cluster.Send(OfTwo, "retried");
        ClientRequest retried = _cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two).Single();
        _cluster.Send(OfOne, "new");
        ClientRequest other = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single();

        Assert.That(new RequestName(retried.Session, retried.Sequence, retried.Expiry), Is.EqualTo(name));
        Assert.That((other.Session == name.Session, other.Sequence.Number), Is.EqualTo((false, 1L)));
    }

    [Test]
    public void A_retried_request_that_waited_for_a_configuration_keeps_its_name()
    {
        RequestName name = new(new SessionId(99), new SequenceNumber(5), 700_000);
        _cluster = new ClusterStory(new ClientCoreOptions { Seed = 7, Retried = name });
        _cluster.Story.Step(ClientInput.Begin(CoreStory.Request("retried", room: OfTwo)), ClientInput.Begin(CoreStory.Request("behind it", room: OfTwo)));

        _cluster.Begin(ClusterStory.First(OfTwo)).Lead(ClusterStory.Two);

        Assert.That(
            _cluster.SentTo(ClusterStory.Two).Select(static request => new RequestName(request.Session, request.Sequence, request.Expiry)),
            Is.EqualTo(new[] { name, name with { Sequence = new SequenceNumber(6) } }));
    }

    [TestCase("room", 6, Description = "behind it on its arc: it has the number that it had before")]
    [TestCase("other", 1, Description = "of another group, where nothing of that session was")]
    public void The_name_of_a_retried_request_that_ended_before_there_was_a_configuration_is_given_to_no_other(string room, long number)
    {
        RequestName name = new(new SessionId(99), new SequenceNumber(5), 700_000);
        _cluster = new ClusterStory(new ClientCoreOptions { Seed = 7, Retried = name });
        _cluster.Story.Step(ClientInput.Begin(CoreStory.Request("retried", timeout: 100)), ClientInput.Begin(CoreStory.Request("behind it", room: room))).After(100);
        Assert.That(_cluster.Story.Ended.Single().Outcome, Is.EqualTo(Outcome.Unknown));

        GroupId owner = room.Equals("room", StringComparison.Ordinal) ? ClusterStory.One : ClusterStory.Two;
        _cluster.Begin(ClusterStory.First("other")).Lead(owner);

        ClientRequest sent = _cluster.SentTo(owner).Single();
        Assert.That((sent.Session == name.Session, CoreStory.Name(sent)), Is.EqualTo((number == 6, (number, 0L, number))));
    }

    [Test]
    public void The_name_of_a_retried_request_is_not_given_to_one_for_the_masters()
    {
        RequestName name = new(new SessionId(99), new SequenceNumber(5), 700_000);
        _cluster = new ClusterStory(new ClientCoreOptions { Seed = 7, Retried = name });
        _cluster.Story.Step(
            ClientInput.Begin(CoreStory.Request("retried", room: OfTwo)),
            ClientInput.Begin(new Request(new CancelJobCommand(1).Encode(), timeout: null) { Group = GroupId.Masters }));

        _cluster.FindMasters();
        Assert.That(_cluster.SentTo(GroupId.Masters).Where(static request => request.Session != SessionId.None).Select(static request => request.Session), Has.None.EqualTo(name.Session).And.Exactly(1).Items);
        _cluster.Tell(ClusterStory.First(OfTwo)).Lead(ClusterStory.Two);

        ClientRequest retried = _cluster.SentTo(ClusterStory.Two).Single();
        Assert.That(new RequestName(retried.Session, retried.Sequence, retried.Expiry), Is.EqualTo(name));
    }

    [Test]
    public void In_a_stream_nothing_behind_a_failure_is_sent_to_any_group()
    {
        _cluster = new ClusterStory(new ClientCoreOptions { Seed = 7, StopAtFailure = true, Silence = 10_000 }).Begin(ClusterStory.First(OfTwo));
        _cluster.Send(OfOne, "1");
        _cluster.Lead(ClusterStory.One).RepliedBy(ClusterStory.One, ClusterStory.Reply(_cluster.SentTo(ClusterStory.One).Single(), ReplyStatus.Rejected));

        Request[] behind = _cluster.Send(OfTwo, "2");

        Assert.That(_cluster.Ended.Last(), Is.EqualTo(((Call)behind[0], Outcome.NotApplied)));
    }

    [Test]
    public void A_group_whose_primary_is_found_is_told_with_its_number()
    {
        _cluster.Send(OfTwo, "1");

        _cluster.Lead(ClusterStory.Two);

        Assert.That(
            _cluster.Story.Changes,
            Is.EqualTo(new[] { new PrimaryChange(IsFound: true, 2, CoreStory.Shard(ClusterStory.Two), View.First, "", Outage: -1, Resent: 1, ClusterStory.Two) }));
        Assert.That(_cluster.Story.Core.PrimaryAddress, Is.EqualTo(CoreStory.Masters));
    }

    [Test]
    public void Whoever_waits_for_a_shard_that_is_gone_asks_for_a_newer_configuration_and_goes_to_who_serves_it_then()
    {
        ClientRequest before = _cluster.Story.Watch!.Value;
        _cluster.Send(OfOne, "1");
        Assert.That(_cluster.Story.After(900).Watch!.Value, Is.EqualTo(before));
        Assert.That(_cluster.Story.After(200).Watch!.Value, Is.Not.EqualTo(before));

        _cluster.Tell(ClusterStory.Leave(ClusterStory.First(OfTwo), ClusterStory.One));

        Assert.That(_cluster.Story.Core.HasRequests, Is.True);
        Assert.That(_cluster.Story.Connects.Select(static connect => connect.Group), Is.SubsetOf(new[] { ClusterStory.Two, ClusterStory.Three }).And.Not.Empty);
    }

    [Test]
    public void A_question_to_a_shard_that_is_gone_is_asked_of_who_serves_the_arc_then()
    {
        byte[] question = new ReadHistoryQuery(OfOne, 1, 10).Encode();
        _cluster.Story.Step(ClientInput.Begin(new Query(question, timeout: 5000)));
        Configuration next = ClusterStory.Leave(ClusterStory.First(OfTwo), ClusterStory.One);
        GroupId owner = next.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(OfOne)));
        _cluster.Story.After(1100);

        _cluster.Tell(next).Lead(owner);

        Assert.That(_cluster.SentTo(owner).Single().Command.ToArray(), Is.EqualTo(question));
    }

    [Test]
    public void A_follow_at_a_shard_that_is_gone_goes_on_where_the_arc_is_served_then()
    {
        _cluster.Story.Step(ClientInput.Begin(new Follow(OfOne, 1)));
        _cluster.Lead(ClusterStory.One);
        Assert.That(_cluster.SentTo(ClusterStory.One), Has.Exactly(1).Items);
        Configuration next = ClusterStory.Leave(ClusterStory.First(OfTwo), ClusterStory.One);
        GroupId owner = next.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(OfOne)));
        _cluster.Break(ClusterStory.One).Story.After(1100);

        _cluster.Tell(next).Lead(owner);

        Assert.That(FollowRoomQuery.Decode(_cluster.SentTo(owner).Single().Command.Span), Is.EqualTo(new FollowRoomQuery(OfOne, 1, 250)));
    }

    [Test]
    public void The_connection_to_a_shard_that_has_left_is_closed_when_nothing_is_under_way_on_it()
    {
        _cluster.Send(OfOne, "1");
        ClientRequest sent = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single();
        int connection = _cluster.Story.PrimaryOf(ClusterStory.One);
        Configuration next = ClusterStory.Leave(ClusterStory.First(OfTwo), ClusterStory.One);
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(sent, next.Number));
        Assert.That(_cluster.Story.Closes, Is.Empty);

        _cluster.Tell(next);

        Assert.That(_cluster.Story.Closes, Is.EqualTo(new[] { connection }));
    }
}
