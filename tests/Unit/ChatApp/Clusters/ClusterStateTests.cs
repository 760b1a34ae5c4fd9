using NUnit.Framework;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Clusters;

/// <summary>The file in which a directory says which cluster it holds.</summary>
[TestFixture]
internal sealed class ClusterStateTests
{
    private string _directory = "";

    [SetUp]
    public void Make() => _directory = Directory.CreateTempSubdirectory("paxosshard-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void What_was_written_is_read_again()
    {
        ClusterState written = new(Guid.NewGuid(), 3, 5, [new GroupId(1), new GroupId(2)]) { BasePort = 7000, MachineOptions = ["--room-messages", "100"], HasGateway = true, FirstShards = 2 };

        written.Write(_directory);

        ClusterState read = ClusterState.Read(_directory)!;
        Assert.That((read.Cluster, read.Masters, read.Replicas, read.BasePort), Is.EqualTo((written.Cluster, 3, 5, (int?)7000)));
        Assert.That(read.Shards, Is.EqualTo(written.Shards));
        Assert.That(read.MachineOptions, Is.EqualTo(written.MachineOptions));
        Assert.That((read.HasGateway, read.FirstShards), Is.EqualTo((true, (int?)2)));
        Assert.That(read.Groups, Is.EqualTo(new[] { GroupId.Masters, new GroupId(1), new GroupId(2) }));
    }

    [Test]
    public void Shards_come_and_leave_and_those_that_have_left_are_remembered()
    {
        ClusterState state = new(Guid.NewGuid(), 1, 3, [new GroupId(2)]);

        state.With(new GroupId(3)).With(new GroupId(1)).With(new GroupId(3)).Without(new GroupId(2)).Without(new GroupId(2)).Write(_directory);

        ClusterState read = ClusterState.Read(_directory)!;
        Assert.That((read.Shards, read.Left), Is.EqualTo((new[] { new GroupId(1), new GroupId(3) }, new[] { new GroupId(2) })));
        Assert.That(read.With(new GroupId(2)).Left, Is.Empty, "one whose number was not spent may come back");
    }

    [Test]
    public void All_shards_may_have_left_when_others_serve_elsewhere()
    {
        new ClusterState(Guid.NewGuid(), 1, 3, [new GroupId(1)]).Without(new GroupId(1)).Write(_directory);

        Assert.That(ClusterState.Read(_directory)!.Groups, Is.EqualTo(new[] { GroupId.Masters }));
    }

    [Test]
    public void Ports_follow_one_another_unless_a_shard_is_of_another_size_or_there_are_none_left()
    {
        ClusterState state = new(Guid.NewGuid(), 1, 3, [new GroupId(1)]) { BasePort = 7000, MachineOptions = ["--room-messages", "100"] };

        GroupPlan masters = state.PlanOf(GroupId.Masters, [], isThere: false);
        GroupPlan second = state.PlanOf(new GroupId(2), ["127.0.0.1:7000"], isThere: false);
        GroupPlan larger = state.PlanOf(new GroupId(3), ["127.0.0.1:7000"], isThere: false, replicas: 5);

        Assert.That((masters.HasGateway, second.HasGateway, (state with { HasGateway = true }).PlanOf(GroupId.Masters, [], isThere: true).HasGateway), Is.EqualTo((false, false, true)));
        Assert.That((masters.BasePort, masters.Replicas, masters.MachineOptions.Count), Is.EqualTo(((int?)7000, (int?)1, 0)));
        Assert.That((second.BasePort, second.Replicas, second.MachineOptions.Count), Is.EqualTo(((int?)7004, (int?)3, 2)));
        Assert.That((larger.BasePort, larger.Replicas), Is.EqualTo(((int?)null, (int?)5)));
        Assert.That(state.PlanOf(new GroupId(60_000), ["127.0.0.1:7000"], isThere: false).BasePort, Is.Null);
        Assert.That(state.PlanOf(new GroupId(2), ["127.0.0.1:7000"], isThere: true).Replicas, Is.Null, "its own directory knows");
    }

    [Test]
    public void A_directory_without_the_file_holds_no_cluster() => Assert.That(ClusterState.Read(_directory), Is.Null);

    [TestCase("2", "1", "3", "[1]", "another version")]
    [TestCase("1", "2", "3", "[1]", "2 masters")]
    [TestCase("1", "1", "4", "[1]", "4 replicas")]
    [TestCase("1", "1", "3", "[]", "no shard")]
    [TestCase("1", "1", "3", "[0]", "group 0 cannot be shard number 1")]
    [TestCase("1", "1", "3", "[2, 2]", "group 2 cannot be shard number 2")]
    [TestCase("1", "1", "3", "[65535]", "group 65535 cannot be shard number 1")]
    [TestCase("1", "1", "3", "{}", "")]
    public void What_no_cluster_can_be_is_damage(string version, string masters, string replicas, string shards, string reason)
    {
        string text = $$"""{ "version": {{version}}, "cluster": "{{Guid.NewGuid()}}", "masters": {{masters}}, "replicas": {{replicas}}, "shards": {{shards}} }""";
        File.WriteAllText(Path.Combine(_directory, ClusterState.FileName), text);

        ReportedException error = Assert.Throws<ReportedException>(() => ClusterState.Read(_directory))!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKinds.BadState));
        Assert.That(error.Message, Does.Contain(ClusterState.FileName).And.Contain(reason));
    }
}
