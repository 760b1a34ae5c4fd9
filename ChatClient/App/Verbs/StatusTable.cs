using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>What the replicas of a group, or of all groups of a cluster, know, for people.</summary>
/// <param name="target">Where they are: what is to be done next is a command for it.</param>
/// <param name="px">How that command is called.</param>
internal sealed class StatusTable(Target target, string px)
{
    private static readonly string[] _words =
    [
        "Slots are the places of the log. Each message and each change of a key takes one, and so does what the group does for itself: there are more slots than messages (px rooms counts those).",
        "ACCEPTED: the last slot on this replica's disk; DECIDED: the last one of which it knows that a quorum has it; EXECUTED: the last one that its rooms and keys contain; LAG: decided somewhere, not executed here.",
    ];

    /// <summary>Writes a cluster: how well the whole is, each group under a heading of its own, and in the end the whole once more, for who reads there.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="write">Writes a line.</param>
    public void Write(ClusterReport cluster, Action<string> write)
    {
        ClusterHealth health = ClusterHealth.Of(cluster);
        write(TextEscaping.Escape(health.Line));
        if (cluster.Configuration is { } latest)
            write($"configuration {latest.Number}, {Spoken.Count(latest.Shards.Count, "shard")}");
        write($"{ClusterFiles.NameOf(GroupId.Masters)}: {TextEscaping.Escape(health.Groups[0].Health.Line)}");
        WriteReplicas(cluster.Masters, write);
        foreach ((ShardReport shard, GroupHealth own) in cluster.Shards.Zip(health.Groups.Skip(1), static (shard, group) => (shard, group.Health)))
        {
            string requests = cluster.HasGateways ? $", {cluster.RequestsUnderWay(shard.Group)} requests of the gateways under way" : "";
            write($"{ClusterFiles.NameOf(shard.Group)}: {TextEscaping.Escape(own.Line)}");
            write($"{ArcsText(shard.Arcs)}{requests}");
            WriteReplicas(shard.Report, write);
        }
        WriteFooter(health.Groups, write);
        write(TextEscaping.Escape(health.Line));
    }

    /// <summary>Writes a group: how well it is, and what its replicas know.</summary>
    /// <param name="report">The group.</param>
    /// <param name="write">Writes a line.</param>
    public void Write(GroupReport report, Action<string> write)
    {
        GroupHealth health = GroupHealth.Of(report);
        write(TextEscaping.Escape(health.Line));
        WriteReplicas(report, write);
        WriteFooter([(GroupId.None, health)], write);
    }

    private static void WriteReplicas(GroupReport report, Action<string> write)
    {
        string list = report.List == 0 ? "" : $", member list {report.List}";
        string view = report.View == View.None ? "" : $"view {report.View.NumberText}, ";
        write(report.Serves
            ? $"{view}primary {report.Primary!.Name} at {TextEscaping.Escape(report.Primary.Address)}{list}"
            : $"{view}no primary serves{list}");
        if (report.Newest?.Status is { } newest)
            write(OccupancyText.Line(newest.Status));
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
        foreach (string line in table.Lines())
            write(line);
    }

    // What the words mean, and what to do when a replica does not answer.
    private void WriteFooter(IReadOnlyList<(GroupId Group, GroupHealth Health)> groups, Action<string> write)
    {
        foreach (string line in _words)
            write(line);
        if (groups.All(static group => group.Health.Silent.Count == 0))
            return;
        if (target.Directory is not { } directory)
        {
            write($"Start again what does not answer, on its own machine; what is lost for good is replaced: {px} replica replace --help");
            return;
        }
        write($"Start again what does not answer: {px} up --dir {ShellWord.Of(directory)}");
        foreach ((GroupId group, GroupHealth health) in groups.Where(static group => group.Health.Health == Health.Degraded && group.Health.Silent.Count > 0))
        {
            string own = group == GroupId.None ? directory : new ClusterFiles(directory).Of(group).Root;
            write($"If the data of {health.Silent[0]} is lost for good: {px} replica replace {health.Silent[0][1..]} --dir {ShellWord.Of(own)}");
        }
    }

    /// <summary>The hash of a replica's state as it is written everywhere.</summary>
    public static string Hash(StatusResult status) => status.StateHash.ToString("x16", CultureInfo.InvariantCulture);

    private static string ArcsText(ArcsResult? arcs) => arcs switch
    {
        null => "it does not tell which arcs it serves",
        { Configuration: 0 } => "it has adopted no configuration yet, and serves no arc",
        _ => $"configuration {arcs.Configuration}, serves {Spoken.Count(arcs.Served.Count, "arc")}",
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
