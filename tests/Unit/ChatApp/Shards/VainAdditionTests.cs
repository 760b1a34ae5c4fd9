using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.Tests.Unit.ChatApp.Rings;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ChatApp.Shards;

/// <summary>What is left of an addition that came to nothing, and what is not.</summary>
[TestFixture]
internal sealed class VainAdditionTests
{
    private const string Own = "127.0.0.1:7009";

    private static readonly GroupId _three = new(3);

    [TestCase(JobStep.Cancelled)]
    [TestCase(JobStep.Failed)]
    public void A_shard_whose_only_job_came_to_nothing_is_left_over(JobStep step) => Assert.That(IsLeftOver(_three, [Own], Adding(2, step, Own)), Is.True);

    [TestCase(JobStep.Waiting)]
    [TestCase(JobStep.Copying)]
    [TestCase(JobStep.Draining)]
    [TestCase(JobStep.Committed)]
    public void One_that_a_later_job_adds_is_not(JobStep step) => Assert.That(IsLeftOver(_three, [Own], Adding(2, JobStep.Cancelled, Own), Adding(3, step, Own)), Is.False);

    [Test]
    public void Neither_is_one_that_the_configuration_names() => Assert.That(IsLeftOver(RingExamples.Two, ["127.0.0.1:7002", "127.0.0.1:7003"]), Is.False);

    [Test]
    public void Nor_is_one_of_which_a_part_is_named() => Assert.That(IsLeftOver(RingExamples.Two, [Own, "127.0.0.1:7003"]), Is.False);

    [Test]
    public void Replicas_are_left_over_when_others_have_their_number()
    {
        Assert.That(IsLeftOver(RingExamples.Two, [Own]), Is.True);
        Assert.That(IsLeftOver(_three, [Own], Adding(2, JobStep.Copying, "127.0.0.1:7010")), Is.True);
    }

    [Test]
    public void What_was_never_started_is_left_over_too() => Assert.That(IsLeftOver(_three, [], Adding(2, JobStep.Cancelled, Own)), Is.True);

    private static bool IsLeftOver(GroupId shard, IReadOnlyList<string> addresses, params PlacementJob[] jobs) => VainAddition.IsLeftOver(shard, addresses, jobs, RingExamples.Halves);

    private static PlacementJob Adding(long number, JobStep step, string address) => new(number, JobKind.AddShards, step) { Shards = [new NewShard(_three, 128, [address])] };
}
