using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Whether a cluster is well: as well as the worst of its groups. Pure.</summary>
internal sealed class ClusterHealth
{
    private readonly bool _hasConfiguration;

    private ClusterHealth(bool hasConfiguration, IReadOnlyList<(GroupId Group, GroupHealth Health)> groups)
    {
        _hasConfiguration = hasConfiguration;
        Groups = groups;
    }

    /// <summary>How well each group is, the masters first.</summary>
    public IReadOnlyList<(GroupId Group, GroupHealth Health)> Groups { get; }

    /// <summary>How well the whole is. Masters that do not tell the configuration leave every new client without a way to the shards.</summary>
    public Health Health => Groups.Max(static group => group.Health.Health) is var worst && !_hasConfiguration && worst < Health.NoPrimary ? Health.NoPrimary : worst;

    /// <summary>The answer in one line: how well, how many groups are, and what is wrong with the others.</summary>
    public string Line
    {
        get
        {
            (GroupId Group, GroupHealth Health)[] unwell = [.. Groups.Where(static group => group.Health.Health != Health.Well)];
            int well = Groups.Count - unwell.Length;
            string others = string.Concat(unwell.Select(group => $"; {ClusterFiles.NameOf(group.Group)}: {(unwell.Length == 1 ? group.Health.Line : group.Health.ShortLine)}"));
            string configuration = _hasConfiguration ? "" : "; the masters do not tell which configuration is the latest";
            return $"{Health.Text()}: {well} of {Groups.Count} groups {(well == 1 ? "is" : "are")} well{others}{configuration}";
        }
    }

    /// <summary>What follows from a report.</summary>
    public static ClusterHealth Of(ClusterReport report) => new(
        report.Configuration is not null,
        [(GroupId.Masters, GroupHealth.Of(report.Masters)), .. report.Shards.Select(static shard => (shard.Group, GroupHealth.Of(shard.Report)))]);
}
