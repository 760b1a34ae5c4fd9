using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Master.Core.Histories;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>Configurations are asked for by their numbers, and waited for.</summary>
public sealed class ConfigurationTests
{
    [Test]
    public void All_old_configurations_are_the_same_whenever_they_are_asked_for([Range(1, 2)] int seed)
    {
        Random random = new(seed);
        PlacementGroup group = new();
        RandomRequests requests = new(random);
        List<Configuration> made = [group.Latest];
        while (made.Count < (3 * ConfigurationHistory.FullEvery) + 5)
        {
            group.Apply(requests.NextThatMoves(group));
            if (group.Latest.Number < made.Count)
                continue;
            made.Add(group.Latest);
            int asked = random.Next(made.Count);
            AssertIs(group, asked, made[asked]);
        }

        for (int number = made.Count - 1; number >= 0; number--)
            AssertIs(group, number, made[number]);
        for (int number = 0; number < made.Count; number++)
            AssertIs(group, number, made[number]);
    }

    [Test]
    public void The_latest_configuration_is_asked_for_without_its_number()
    {
        PlacementGroup group = Of(1, 2);

        ConfigurationResult latest = group.Read(ReadConfigurationQuery.Latest);

        Assert.That(latest.Latest, Is.EqualTo(1));
        Assert.That(Configuration.Decode(latest.Configuration.Span).Hash, Is.EqualTo(group.Latest.Hash));
        Assert.That(Configuration.Decode(new PlacementGroup().Read(ReadConfigurationQuery.Latest).Configuration.Span).Number, Is.Zero);
    }

    [Test]
    public void A_configuration_that_is_not_made_yet_is_refused()
    {
        CommandResult result = Of(1, 2).Machine.Read(new ReadConfigurationQuery(2).Encode());

        Assert.That((result.Status, Encoding.UTF8.GetString(result.Payload.Span)), Is.EqualTo((ReplyStatus.Rejected, "there is no configuration 2 yet: the latest is 1")));
    }

    [Test]
    public void A_wait_is_answered_with_the_latest_configuration_as_soon_as_it_is_newer()
    {
        PlacementGroup group = new();
        List<string> topics = [];
        Assert.That(group.Watch(0), Is.Null);
        Assert.That(group.Watch(-1)!.Latest, Is.Zero);
        group.Accept(Add(1, 2));
        group.Machine.TakeTouched(topics);
        Assert.That(topics, Is.EqualTo(new[] { WatchConfigurationQuery.Topic, WatchJobQuery.Topic }));
        group.Accept(Add(3));
        topics.Clear();
        group.Machine.TakeTouched(topics);
        Assert.That(topics, Has.None.EqualTo(WatchConfigurationQuery.Topic), "a job that has begun is no configuration");
        Assert.That(group.Watch(1), Is.Null);
        group.Commit();
        group.Machine.TakeTouched(topics);

        Assert.That(topics, Has.One.EqualTo(WatchConfigurationQuery.Topic));
        Assert.That(group.Watch(1)!.Latest, Is.EqualTo(2));
        Assert.That(Configuration.Decode(group.Watch(0)!.Configuration.Span).Number, Is.EqualTo(2));
    }

    [Test]
    public void A_wait_whose_time_is_over_is_answered_with_the_number_alone()
    {
        Wait wait = new(WatchConfigurationQuery.Topic, 1, 1000);

        ConfigurationResult nothing = ConfigurationResult.Decode(Of(1).Machine.AnswerExpired(in wait).Payload.Span);

        Assert.That((nothing.Latest, nothing.Configuration.Length), Is.EqualTo((1L, 0)));
    }

    [Test]
    public void Jobs_are_read_page_by_page()
    {
        PlacementGroup group = Of(1);
        for (int shard = 2; shard < 12; shard++)
            group.Accept(Add(shard));

        JobsResult page = group.ReadJobs(from: 4, maximumCount: 3);

        Assert.That((page.First, page.Last), Is.EqualTo((1L, 11L)));
        Assert.That(page.Jobs.Select(static job => job.Number), Is.EqualTo(new[] { 4L, 5L, 6L }));
        Assert.That(group.ReadJobs(from: 12).Jobs, Is.Empty);
        Assert.That(group.ReadJobs(maximumCount: -1).Jobs, Is.Empty);
        Assert.That(new PlacementGroup().ReadJobs().Last, Is.Zero);
        Assert.That((page.Jobs[0].Kind, page.Jobs[0].Step, page.Jobs[0].Shards[0].Group.Number), Is.EqualTo((JobKind.AddShards, JobStep.Waiting, 4)));
    }

    private static void AssertIs(PlacementGroup group, long number, Configuration expected)
    {
        ConfigurationResult result = group.Read(number);
        Assert.That(result.Latest, Is.EqualTo(group.Latest.Number));
        Assert.That(result.Configuration.Span.SequenceEqual(expected.Encode()), Is.True, $"configuration {number}");
    }
}
