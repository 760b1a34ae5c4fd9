using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>A client whose addresses lead to masters: what waits for a configuration, when one is asked for, and which one counts.</summary>
public sealed class MastersTests
{
    [Test]
    public void Calls_that_were_begun_before_wait_for_a_configuration_and_go_to_their_owners_in_their_order()
    {
        ClusterStory cluster = new();
        Request[] requests = [.. new[] { ("room", "1"), ("other", "2"), ("room", "3") }.Select(static call => CoreStory.Request(call.Item2, room: call.Item1))];
        cluster.Story.Step([.. requests.Select(ClientInput.Begin)]);

        cluster.FindMasters();
        Assert.That(cluster.Story.Sent, Is.EqualTo(new[] { cluster.Story.Watch!.Value }), "nothing but the question for a configuration");
        cluster.Tell(ClusterStory.First("other"));

        Assert.That(
            cluster.Story.Connects,
            Is.EqualTo(new[] { new ConnectEffect(2, CoreStory.Shard(ClusterStory.One), ClusterStory.One), new ConnectEffect(3, CoreStory.Shard(ClusterStory.Two), ClusterStory.Two) }));
        Assert.That(cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Select(static request => request.Command), Is.EqualTo(new[] { requests[0].Command, requests[2].Command }));
        Assert.That(cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two).Select(static request => request.Command), Is.EqualTo(new[] { requests[1].Command }));
    }

    [Test]
    public void A_question_and_a_follow_that_were_begun_before_go_to_their_owner()
    {
        ClusterStory cluster = new();
        Query read = new(new ReadHistoryQuery("room", 1, 10).Encode(), timeout: null);
        cluster.Story.Step(ClientInput.Begin(read), ClientInput.Begin(new Follow("room", 3)));

        cluster.Begin(ClusterStory.First()).Lead(ClusterStory.One);

        Assert.That(
            cluster.SentTo(ClusterStory.One).Select(static request => request.Command.ToArray()),
            Is.EqualTo(new[] { new ReadHistoryQuery("room", 1, 10).Encode(), new FollowRoomQuery("room", 3, 250).Encode() }));
    }

    [TestCase(390, ExpectedResult = 0, Description = "less than its time")]
    [TestCase(400, ExpectedResult = 1, Description = "equal")]
    public int A_request_that_waits_for_a_configuration_ends_as_not_taken_when_its_time_is_over(long wait)
    {
        ClusterStory cluster = new ClusterStory().FindMasters();
        cluster.Story.Step(ClientInput.Begin(CoreStory.Request("late", timeout: 400))).After(wait);
        return cluster.Ended.Count(static ended => ended.Outcome == Outcome.NotTaken);
    }

    [Test]
    public void The_time_of_a_request_goes_on_when_it_is_given_to_its_owner()
    {
        ClusterStory cluster = new ClusterStory().FindMasters();
        Request request = CoreStory.Request("late", timeout: 400);
        cluster.Story.Step(ClientInput.Begin(request)).After(300);

        cluster.Tell(ClusterStory.First()).Story.After(100);

        Assert.That(cluster.Ended, Is.EqualTo(new[] { ((Call)request, Outcome.NotTaken) }));
    }

    [Test]
    public void What_waits_for_a_configuration_can_be_called_off_and_ends_as_not_applied_when_the_client_closes()
    {
        ClusterStory cluster = new ClusterStory().FindMasters();
        Request[] requests = cluster.Send("room", "1", "2");

        cluster.Story.Step(ClientInput.CallOff(requests[0])).Step(ClientInput.Close("closed"));

        Assert.That(cluster.Ended, Is.EqualTo(new[] { ((Call)requests[0], Outcome.CalledOff), (requests[1], Outcome.NotApplied) }));
    }

    [Test]
    public void Who_waits_for_space_before_there_is_a_configuration_is_taken_in_when_there_is_some()
    {
        ClusterStory cluster = new ClusterStory(new ClientCoreOptions { Seed = 7, Window = 1, Waiting = 1 }).FindMasters();
        Request[] requests = [.. Enumerable.Range(0, 3).Select(static number => CoreStory.Request($"m{number}", waitsForRoom: true))];
        cluster.Story.Step([.. requests.Select(ClientInput.Begin)]);
        Assert.That(cluster.Story.Taken, Is.EqualTo(requests[..2]));

        cluster.Tell(ClusterStory.First()).Lead(ClusterStory.One).RepliedBy(ClusterStory.One, ClusterStory.Done(cluster.SentTo(ClusterStory.One).Single()));

        Assert.That(cluster.Story.Taken, Is.EqualTo(requests[2..]));
    }

    [Test]
    public void Masters_that_know_no_shards_yet_are_asked_again_while_somebody_waits()
    {
        ClusterStory cluster = new ClusterStory().Begin(Configuration.Zero);
        ClientRequest before = cluster.Story.Watch!.Value;
        cluster.Send("room", "1");

        cluster.Story.After(100);

        Assert.That(cluster.Story.Watch!.Value, Is.Not.EqualTo(before));
        Assert.That(WatchConfigurationQuery.Decode(cluster.Story.Watch.Value.Command.Span).Above, Is.Zero);
        Assert.That(cluster.Story.Core.Failures, Is.EqualTo(new[] { (CoreStory.Masters, "leads the masters, who know no shards yet") }));
        Assert.That(cluster.Tell(ClusterStory.First()).Lead(ClusterStory.One).SentTo(ClusterStory.One), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_client_that_has_a_configuration_and_nothing_to_do_asks_nothing()
    {
        ClusterStory cluster = new ClusterStory().Begin(ClusterStory.First());

        Assert.That(cluster.Story.Core.IsIdle, Is.True);
        Assert.That(cluster.Story.NextCall, Is.EqualTo(long.MaxValue));
        int sent = 0;
        for (int step = 0; step < 200; step++)
            sent += cluster.Story.After(10).Sent.Count;
        Assert.That(sent, Is.Zero);
    }

    [Test]
    public void A_question_for_a_newer_configuration_is_taken_back_when_nobody_waits_any_more()
    {
        ClusterStory cluster = new ClusterStory().Begin(Configuration.Zero);
        cluster.Story.Step(ClientInput.Begin(CoreStory.Request("late", timeout: 200))).After(150);
        Assert.That(cluster.Story.Core.IsIdle, Is.False);

        cluster.Story.After(60);

        Assert.That(cluster.Story.Core.IsIdle, Is.True);
        Assert.That(cluster.Story.NextCall, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void A_configuration_of_a_lower_number_never_takes_the_place_of_a_higher_one()
    {
        Configuration first = ClusterStory.First();
        ClusterStory cluster = new ClusterStory().Begin(ClusterStory.Move(first, "room", ClusterStory.Two));

        AskAndAnswer(cluster, first);
        cluster.Send("room", "1");

        Assert.That(cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two), Has.Length.EqualTo(1));
    }

    [Test]
    public void Of_two_configurations_with_one_number_the_first_counts_and_the_other_is_told_as_a_failure()
    {
        Configuration first = ClusterStory.First();
        ClusterStory cluster = new ClusterStory().Begin(ClusterStory.Move(first, "room", ClusterStory.Two));

        AskAndAnswer(cluster, ClusterStory.Move(first, "room", ClusterStory.Three, job: 3));

        Assert.That(cluster.Story.Core.Failures, Is.EqualTo(new[] { (CoreStory.Masters, "tells of another configuration 2 than was told before") }));
        cluster.Send("room", "1");
        Assert.That(cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two), Has.Length.EqualTo(1));
    }

    [Test]
    public void What_a_user_is_told_by_the_masters_the_client_knows_too()
    {
        ClusterStory cluster = new ClusterStory().Begin(ClusterStory.First());

        Assert.That(AskAndAnswer(cluster, ClusterStory.Move(ClusterStory.First(), "room", ClusterStory.Two)).Outcome, Is.EqualTo(Outcome.Done));
        cluster.Send("room", "1");

        Assert.That(cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_replica_of_a_shard_among_the_addresses_is_of_no_use_once_the_masters_are_found()
    {
        CoreStory story = new(options: null, CoreStory.Shard(ClusterStory.One), CoreStory.Masters);
        story.Step();
        story.Lead(CoreStory.Masters, view: 0);

        Assert.That(story.Core.PrimaryAddress, Is.EqualTo(CoreStory.Masters));
        story.Break();
        while (story.Connects.Count == 0 && story.Now < 1000)
            story.After(10);
        int connection = story.ConnectionTo(CoreStory.Shard(ClusterStory.One));
        story.Step(ClientInput.Opened(connection, ClusterStory.One));

        Assert.That(story.Closes, Is.EqualTo(new[] { connection }));
        Assert.That(story.Core.Failures, Does.Contain((CoreStory.Shard(ClusterStory.One), "is of group 1, and not of group 65535")));
    }

    /// <summary>A user asks the masters for the latest configuration, and they answer.</summary>
    private static Completion AskAndAnswer(ClusterStory cluster, Configuration configuration)
    {
        Query query = new(new ReadConfigurationQuery(ReadConfigurationQuery.Latest).Encode(), timeout: null) { Group = GroupId.Masters };
        cluster.Story.Step(ClientInput.Begin(query));
        cluster.RepliedBy(GroupId.Masters, ClusterStory.Reply(cluster.SentTo(GroupId.Masters).Single(), ReplyStatus.Ok, ClusterStory.Answer(configuration)));
        return cluster.Completed.Single();
    }
}
