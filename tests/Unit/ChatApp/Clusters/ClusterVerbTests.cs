using NUnit.Framework;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Clusters;

/// <summary>The verbs on the directory of a cluster, as far as that needs no process.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClusterVerbTests : IDisposable
{
    private readonly ClusterDirectory _cluster = new();

    [TestCase("bench", "--seconds", "1")]
    [TestCase("drill", "kill-primary")]
    [TestCase("replica", "replace", "0")]
    public async Task Verbs_for_one_group_say_so(params string[] words)
    {
        Assert.That(await _cluster.PxAsync([.. words, "--dir", _cluster.Root]), Is.EqualTo(ExitCode.Usage));

        Assert.That(_cluster.Notes, Does.StartWith($"PX1232: the command is for one group: {_cluster.Root} has 3 groups").And.Contain("nothing was done"));
    }

    [TestCase("bench")]
    [TestCase("drill", "kill-primary")]
    [TestCase("demo")]
    public async Task A_shard_alone_is_no_group_for_verbs_that_use_any_room(params string[] words)
    {
        string shard = _cluster.Files.Of(new GroupId(2)).Root;

        Assert.That(await _cluster.PxAsync([.. words, "--dir", shard]), Is.EqualTo(ExitCode.Usage));

        Assert.That(_cluster.Notes, Does.StartWith($"PX1232: the command is for one group: {shard} is shard-2 of a cluster"));
    }

    [Test]
    public async Task To_replace_a_replica_one_of_the_groups_is_named()
    {
        await _cluster.PxAsync("replica", "replace", "0", "--dir", _cluster.Root);

        Assert.That(_cluster.Notes, Does.Contain($"px replica replace 0 --dir {_cluster.Files.Of(new GroupId(1)).Root}"));
    }

    [Test]
    public async Task The_processes_of_all_groups_are_listed_with_their_groups()
    {
        Assert.That(await _cluster.PxAsync("ps", "--dir", _cluster.Root, "--json"), Is.EqualTo(ExitCode.Ok));

        Assert.That(_cluster.Data, Is.EqualTo(
            $$"""[{"group":65535,"name":"r0","pid":null,"address":"127.0.0.1:7000","dataDir":"{{_cluster.Root}}/masters/r0","role":"down"},"""
            + $$"""{"group":1,"name":"r0","pid":null,"address":"127.0.0.1:7001","dataDir":"{{_cluster.Root}}/shard-1/r0","role":"down"},"""
            + $$"""{"group":2,"name":"r0","pid":null,"address":"127.0.0.1:7002","dataDir":"{{_cluster.Root}}/shard-2/r0","role":"down"}]"""));
    }

    [Test]
    public async Task For_people_the_group_is_the_first_column()
    {
        await _cluster.PxAsync("ps", "--dir", _cluster.Root);

        string[] lines = _cluster.Data.Split('\n');
        Assert.That(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { "GROUP", "NAME", "PID", "ADDRESS", "ROLE", "DATA" }));
        Assert.That(lines[1..].Select(static line => line.Split(' ')[0]), Is.EqualTo(new[] { "masters", "shard-1", "shard-2" }));
    }

    [Test]
    public async Task One_group_of_it_is_listed_as_any_group()
    {
        await _cluster.PxAsync("ps", "--dir", _cluster.Files.Of(new GroupId(1)).Root);

        Assert.That(_cluster.Data, Does.StartWith("NAME  PID  ADDRESS").And.Not.Contain("7002"));
    }

    [Test]
    public async Task Where_nothing_runs_nothing_is_ended()
    {
        Assert.That(await _cluster.PxAsync("down", "--dir", _cluster.Root, "--json"), Is.EqualTo(ExitCode.Ok));

        Assert.That(_cluster.Data, Is.EqualTo("""{"ended":[]}"""));
    }

    [TestCase("--shards", "3", "has 2 shards, not 3")]
    [TestCase("--masters", "3", "has 1 masters, not 3")]
    [TestCase("--replicas", "3", "has 1 replica in each shard, not 3")]
    public async Task Up_with_other_numbers_than_those_it_was_made_with_is_rejected(string option, string number, string reason)
    {
        Assert.That(await _cluster.PxAsync("up", "--dir", _cluster.Root, option, number), Is.EqualTo(ExitCode.Rejected));

        Assert.That(_cluster.Notes, Does.StartWith("PX1208").And.Contain(reason));
    }

    [Test]
    public async Task A_group_without_shards_does_not_become_a_cluster()
    {
        string alone = _cluster.Files.Of(new GroupId(1)).Root;

        Assert.That(await _cluster.PxAsync("up", "--dir", alone, "--shards", "2"), Is.EqualTo(ExitCode.Rejected));

        Assert.That(_cluster.Notes, Does.StartWith("PX1208").And.Contain("a group without shards"));
        Assert.That(ClusterState.Read(alone), Is.Null);
    }

    [Test]
    public async Task Masters_are_for_clusters_and_a_mistake_leaves_no_directory()
    {
        string elsewhere = _cluster.Root + "-2";

        Assert.That(await _cluster.PxAsync("up", "--dir", elsewhere, "--masters", "3"), Is.EqualTo(ExitCode.Usage));
        Assert.That(await _cluster.PxAsync("up", "--dir", elsewhere, "--shards", "0"), Is.EqualTo(ExitCode.Usage));

        Assert.That(Directory.Exists(elsewhere), Is.False);
    }

    [Test]
    public async Task Masters_whose_directory_is_gone_are_not_made_anew()
    {
        string masters = _cluster.Files.Of(GroupId.Masters).Root;
        Directory.Delete(masters, recursive: true);

        Assert.That(await _cluster.PxAsync("up", "--dir", _cluster.Root), Is.EqualTo(ExitCode.Rejected));

        Assert.That(_cluster.Notes, Does.StartWith($"PX1235: the directory of a group of the cluster is gone: {masters}").And.Contain("bring it back, then px up").And.Contain($"next: ls -l {_cluster.Root}\n"));
        Assert.That(Directory.Exists(masters), Is.False);
    }

    [Test]
    public async Task Groups_whose_cluster_has_lost_its_file_get_no_other_one()
    {
        string file = Path.Combine(_cluster.Root, ClusterState.FileName);
        File.Delete(file);

        Assert.That(await _cluster.PxAsync("up", "--dir", _cluster.Root, "--shards", "2"), Is.EqualTo(ExitCode.Internal));

        Assert.That(_cluster.Notes, Does.StartWith("PX1214").And.Contain(_cluster.Root).And.Contain(ClusterState.FileName));
        Assert.That(File.Exists(file), Is.False);
    }

    [Test]
    public async Task In_the_directory_of_a_cluster_no_group_of_its_own_is_made()
    {
        string third = _cluster.Files.Of(new GroupId(3)).Root;

        Assert.That(await _cluster.PxAsync("up", "--dir", third), Is.EqualTo(ExitCode.Rejected));

        Assert.That(_cluster.Notes, Does.StartWith($"PX1208: the directory holds another group: {_cluster.Root} holds a cluster").And.Contain($"px ps --dir {_cluster.Root}"));
        Assert.That(Directory.Exists(third), Is.False);
    }

    [Test]
    public async Task A_number_that_is_none_is_named_without_types_of_the_runtime()
    {
        Assert.That(await _cluster.PxAsync("up", "--dir", _cluster.Root, "--shards", "two"), Is.EqualTo(ExitCode.Usage));

        Assert.That(_cluster.Notes, Does.StartWith("PX1200").And.Contain("--shards: 'two' is no whole number").And.Not.Contain("System."));
    }

    [Test]
    public async Task A_picture_needs_a_name()
    {
        Assert.That(await _cluster.PxAsync("ring", "--svg", "", "--dir", _cluster.Root), Is.EqualTo(ExitCode.Usage));

        Assert.That(_cluster.Notes, Does.StartWith("PX1200: the command line is wrong: --svg names no file"));
    }

    [Test]
    public async Task A_picture_is_of_the_whole_ring_and_a_name_has_a_character()
    {
        Assert.That(await _cluster.PxAsync("ring", "lobby", "--svg", "ring.svg", "--dir", _cluster.Root), Is.EqualTo(ExitCode.Usage));
        Assert.That(_cluster.Notes, Does.StartWith("PX1200: the command line is wrong: --svg is a picture of the whole ring, and goes with no names"));
        Assert.That(await _cluster.PxAsync("ring", "lobby", "", "--dir", _cluster.Root), Is.EqualTo(ExitCode.Usage));
    }

    [Test]
    public async Task A_group_without_masters_has_no_ring()
    {
        await using FakeGroup group = new(replicas: 1);

        Assert.That(await _cluster.PxAsync("ring", "--endpoints", group.Endpoints[0]), Is.EqualTo(ExitCode.NotFound));

        Assert.That(_cluster.Notes, Does.StartWith("PX1233: there are no shards: group "));
    }

    public void Dispose() => _cluster.Dispose();
}
