using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>What the replicas of a group, or of all groups of a cluster, know, for people.</summary>
/// <param name="shell">Where it goes.</param>
internal sealed class StatusTable(Shell shell)
{
    /// <summary>Writes a cluster: each group under a heading of its own.</summary>
    public void Write(ClusterReport cluster)
    {
        shell.Data(cluster.Configuration is { } latest
            ? $"configuration {latest.Number}, {latest.Shards.Count} shards"
            : "the masters do not tell which configuration is the latest");
        shell.Data($"{ClusterFiles.NameOf(GroupId.Masters)}:");
        Write(cluster.Masters);
        foreach (ShardReport shard in cluster.Shards)
        {
            string requests = cluster.HasGateways ? $", {cluster.RequestsUnderWay(shard.Group)} requests of the gateways under way" : "";
            shell.Data($"{ClusterFiles.NameOf(shard.Group)}: {ArcsText(shard.Arcs)}{requests}");
            Write(shard.Report);
        }
    }

    /// <summary>Writes a group.</summary>
    public void Write(GroupReport report)
    {
        string list = report.List == 0 ? "" : $", member list {report.List}";
        string view = report.View.NumberText;
        shell.Data(report.Serves
            ? $"view {view}, primary {report.Primary!.Name} at {TextEscaping.Escape(report.Primary.Address)}{list}"
            : $"view {view}, no primary serves{list}");
        if (report.Newest?.Status is { } newest)
            shell.Data(OccupancyText.Line(newest.Status));
        Table table = new("NAME", "ADDRESS", "ROLE", "VIEW", "ACCEPTED", "DECIDED", "EXECUTED", "LAG", "SNAPSHOT", "STATE HASH");
        foreach (ReplicaView replica in report.Replicas)
        {
            if (replica.Status?.Status is { } status)
            {
                table.Add(
                    replica.Name, replica.Address, Role(replica.Role, status, report.List), status.View.NumberText, Text(status.Accepted.Number), Text(status.Decided.Number),
                    Text(status.Executed.Number), Text(report.HighestDecided - status.Executed.Number), Text(status.Snapshot.Number), Hash(status));
            }
            else
            {
                table.Add(replica.Name, replica.Address, replica.Role, "-", "-", "-", "-", "-", "-", replica.Failure);
            }
        }
        table.WriteTo(shell);
        if (GroupMargin.Of(report) is { } margin)
            shell.Data(TextEscaping.Escape(margin.Line));
    }

    /// <summary>The hash of a replica's state as it is written everywhere.</summary>
    public static string Hash(StatusResult status) => status.StateHash.ToString("x16", CultureInfo.InvariantCulture);

    private static string ArcsText(ArcsResult? arcs) => arcs switch
    {
        null => "it does not tell which arcs it serves",
        { Configuration: 0 } => "it has adopted no configuration yet, and serves no arc",
        _ => $"configuration {arcs.Configuration}, serves {arcs.Served.Count} arcs",
    };

    /// <summary>The role, and what is not as it should be.</summary>
    private static string Role(string role, StatusResult status, long newestList)
    {
        string vote = status.Votes ? "" : ", no vote";
        string list = status.List == newestList ? "" : $", member list {status.List}";
        return role + vote + list + (status.IsDiskFull ? ", disk full" : "") + (status.IsStateInDoubt ? ", state in doubt" : "");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
