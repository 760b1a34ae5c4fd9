using NUnit.Framework;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Clusters;

/// <summary>What can be asked for, and what a directory that has a cluster already does not become.</summary>
[TestFixture]
internal sealed class ClusterPlanTests
{
    private static readonly ClusterState _known = new(Guid.NewGuid(), 1, 3, [new GroupId(1), new GroupId(2)]) { MachineOptions = ["--room-messages", "100"] };

    private static readonly TestCaseData[] _violations =
    [
        new(new ClusterPlan { Shards = 3 }, "has 2 shards, not 3"),
        new(new ClusterPlan { Masters = 3 }, "has 1 masters, not 3"),
        new(new ClusterPlan { Replicas = 1 }, "has 3 replicas in each shard, not 1"),
        new(new ClusterPlan { BasePort = 7000 }, "has ports that were free, not those from 7000 on"),
        new(new ClusterPlan { MachineOptions = ["--room-age", "1d"] }, "was made with --room-messages 100, not with --room-age 1d"),
    ];

    private static readonly TestCaseData[] _mistakes =
    [
        new(new ClusterPlan { Shards = 0 }, "--shards is 1 to 64"),
        new(new ClusterPlan { Shards = 65 }, "--shards is 1 to 64"),
        new(new ClusterPlan { Shards = 1, Masters = 2 }, "--masters is 1 or 3, not 2"),
        new(new ClusterPlan { Shards = 1, Replicas = 2 }, "1, 3, 5 or 7 replicas, not 2"),
        new(new ClusterPlan { Shards = 20, BasePort = 65500 }, "--base-port is at most 65475 for 61 processes"),
    ];

    [Test]
    public void Without_numbers_a_new_cluster_has_one_master_and_three_replicas_in_each_shard()
    {
        ClusterState fresh = new ClusterPlan { Shards = 2 }.Fresh();

        Assert.That((fresh.Masters, fresh.Replicas), Is.EqualTo((1, 3)));
        Assert.That(fresh.Shards, Is.EqualTo(new[] { new GroupId(1), new GroupId(2) }));
        Assert.That(fresh.Cluster, Is.Not.EqualTo(Guid.Empty));
    }

    [Test]
    public void What_is_not_said_is_as_the_directory_has_it()
    {
        Assert.That(new ClusterPlan().Violation(_known), Is.Null);
        Assert.That(new ClusterPlan { Shards = 2, Masters = 1, Replicas = 3, MachineOptions = ["--room-messages", "100"] }.Violation(_known), Is.Null);
        Assert.That(new ClusterPlan { Shards = 7 }.Violation(_known with { FirstShards = 7 }), Is.Null, "the same words as the first time");
        Assert.That(new ClusterPlan { BasePort = 7001 }.Violation(_known with { BasePort = 7000 }), Is.EqualTo("has its first port at 7000, not at 7001"));
    }

    [TestCaseSource(nameof(_violations))]
    public void Other_options_than_those_it_was_made_with_are_told(ClusterPlan plan, string violation) => Assert.That(plan.Violation(_known), Is.EqualTo(violation));

    [TestCaseSource(nameof(_mistakes))]
    public void What_no_cluster_can_be_is_a_usage_error(ClusterPlan plan, string reason)
    {
        ReportedException error = Assert.Throws<ReportedException>(plan.Validate)!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKinds.Usage));
        Assert.That(error.Message, Does.Contain(reason));
    }
}
