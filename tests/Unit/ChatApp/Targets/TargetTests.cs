using NUnit.Framework;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.ChatApp.Clusters;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Targets;

/// <summary>Where a directory leads to.</summary>
[TestFixture]
internal sealed class TargetTests
{
    [Test]
    public void The_directory_of_a_cluster_leads_to_its_masters()
    {
        using ClusterDirectory cluster = new();

        Target target = Target.Resolve(cluster.NewShell(), cluster.Root, endpoints: null);

        Assert.That(target.Endpoints, Is.EqualTo(new[] { "127.0.0.1:7000" }));
        Assert.That((target.Cluster, target.Directory), Is.EqualTo((cluster.Cluster, cluster.Root)));
    }

    [Test]
    public void That_of_one_of_its_groups_leads_to_that_group()
    {
        using ClusterDirectory cluster = new();

        Target target = Target.Resolve(cluster.NewShell(), cluster.Files.Of(new GroupId(2)).Root, endpoints: null);

        Assert.That(target.Endpoints, Is.EqualTo(new[] { "127.0.0.1:7002" }));
    }

    [Test]
    public void A_cluster_whose_masters_were_never_up_leads_nowhere()
    {
        using ClusterDirectory cluster = new();
        Directory.Delete(cluster.Files.Of(GroupId.Masters).Root, recursive: true);

        ReportedException error = Assert.Throws<ReportedException>(() => Target.Resolve(cluster.NewShell(), cluster.Root, endpoints: null))!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKinds.NoGroup));
    }
}
