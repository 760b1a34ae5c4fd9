using System.Net;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Groups;

/// <summary>The command line of a replica: what group it is of, and what it is told of the others.</summary>
[TestFixture]
internal sealed class ReplicaArgumentsTests
{
    private static readonly Guid _cluster = new("11111111-2222-3333-4444-555555555555");
    private static readonly string[] _members = ["--members", "127.0.0.1:7001"];

    [Test]
    public void A_shard_is_told_its_group_and_where_the_masters_listen()
    {
        GroupState shard = NewState() with { Group = new GroupId(2), Masters = ["127.0.0.1:7000", "127.0.0.1:7010"], MachineOptions = ["--room-messages", "100"] };

        Assert.That(Words(shard), Does.Contain("--group 2 --masters 127.0.0.1:7000,127.0.0.1:7010 --room-messages 100").And.Contain($"--cluster {_cluster}"));
    }

    [Test]
    public void The_masters_are_told_the_cluster_and_no_group() =>
        Assert.That(Words(NewState() with { Group = GroupId.Masters }), Does.Contain($"--cluster {_cluster}").And.Not.Contain("--group").And.Not.Contain("--masters"));

    [Test]
    public void A_group_that_is_all_there_is_is_told_neither() => Assert.That(Words(NewState()), Does.Not.Contain("--group").And.Not.Contain("--masters"));

    [Test]
    public void The_group_and_the_masters_are_kept_with_the_group()
    {
        string directory = Directory.CreateTempSubdirectory("paxosshard-").FullName;
        try
        {
            (NewState() with { Group = new GroupId(2), Masters = ["127.0.0.1:7000"] }).Write(directory);

            GroupState read = GroupState.Read(directory)!;
            Assert.That(read.Group, Is.EqualTo(new GroupId(2)));
            Assert.That(read.Masters, Is.EqualTo(new[] { "127.0.0.1:7000" }));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public void A_group_is_the_one_of_its_place_and_no_other()
    {
        GroupState shard = NewState() with { Group = new GroupId(2), Masters = ["127.0.0.1:7000"] };
        ClusterPlace place = new(_cluster, new GroupId(2), ["127.0.0.1:7000"]);

        Assert.That(place.Violation(shard), Is.Null);
        Assert.That((place with { Cluster = Guid.Empty }).Violation(shard), Does.StartWith($"holds group 2 of cluster {_cluster}, not group 2 of "));
        Assert.That((place with { Group = new GroupId(3) }).Violation(shard), Does.EndWith($"not group 3 of {_cluster}"));
        Assert.That((place with { Masters = ["127.0.0.1:7009"] }).Violation(shard), Is.EqualTo("was made for the masters at 127.0.0.1:7000, not at 127.0.0.1:7009"));
    }

    private static GroupState NewState() => new(_cluster, [new ReplicaRecord("r0", "127.0.0.1:7001", Exists: true, Process: null)]);

    private static string Words(GroupState state) => string.Join(' ', ReplicaArguments.Of(new GroupFiles("/tmp/no such group"), IPAddress.Loopback, state, 0, _members, []));
}
