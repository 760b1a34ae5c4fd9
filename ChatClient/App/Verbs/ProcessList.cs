using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>The processes of a group, or of all groups of a cluster, for people and for scripts.</summary>
internal sealed class ProcessList
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly (GroupFiles Files, GroupState State)[] _groups;
    private readonly bool _tellsGroups;

    private ProcessList(IEnumerable<(GroupFiles Files, GroupState State)> groups, bool tellsGroups)
    {
        _groups = [.. groups];
        _tellsGroups = tellsGroups;
    }

    /// <summary>Those of one group.</summary>
    public static ProcessList OfGroup(GroupFiles files, GroupState state) => new([(files, state)], tellsGroups: false);

    /// <summary>Those of a cluster, as far as its groups were made, with the group of each; of shards that have left, those of which something runs still.</summary>
    public static ProcessList OfCluster(ClusterFiles files, ClusterState cluster) => new(
        cluster.Groups.Concat(cluster.Left)
            .Select(group => (Group: group, Files: files.Of(group), State: GroupState.Read(files.Of(group).Root)))
            .Where(group => group.State is not null && (!cluster.Left.Contains(group.Group) || new GroupProcesses(group.Files).Running(group.State).Count > 0))
            .Select(static group => (group.Files, group.State!)),
        tellsGroups: true);

    /// <summary>Notes which groups of a cluster have no directory any more: what runs of them is not found, and holds data that nobody can reach.</summary>
    public static void NoteGone(Shell shell, ClusterFiles files, ClusterState cluster)
    {
        foreach (GroupFiles gone in cluster.Groups.Select(files.Of).Where(static group => !Directory.Exists(group.Root)))
            shell.Note($"{gone.Root} is gone, or was not made yet: which processes of that group run is not known");
    }

    /// <summary>Asks each process that runs for its role, and writes all of them.</summary>
    public async Task WriteAsync(Shell shell, bool json, CancellationToken cancellation)
    {
        Row[] rows = await Task.WhenAll(_groups.SelectMany(group => group.State.Replicas.Select(replica => RowAsync(group.Files, group.State, replica, cancellation))));
        if (json)
        {
            shell.Data(Json.Line(writer => WriteJson(writer, rows)));
            return;
        }
        bool hasGateway = Array.Exists(rows, static row => row.Gateway is not null);
        Table table = new([.. _tellsGroups ? ["GROUP"] : Array.Empty<string>(), "NAME", "PID", "ADDRESS", "ROLE", .. hasGateway ? ["GATEWAY"] : Array.Empty<string>(), "DATA"]);
        foreach (Row row in rows)
        {
            string[] group = _tellsGroups ? [ClusterFiles.NameOf(row.Group)] : [];
            string[] gateway = hasGateway ? [row.Gateway ?? "-"] : [];
            table.Add([.. group, row.Name, row.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-", row.Address, row.Role, .. gateway, row.DataDirectory]);
        }
        table.WriteTo(shell);
    }

    private static async Task<Row> RowAsync(GroupFiles files, GroupState state, ReplicaRecord replica, CancellationToken cancellation)
    {
        int? pid = new GroupProcesses(files).Of(replica)?.Pid;
        string role = pid is null
            ? "down"
            : (await ReplicaView.AskAllAsync([replica.Address], state.Shard, _patience, cancellation))[0].Role;
        return new Row(state.Group, replica.Name, pid, replica.Address, files.Data(replica.Name), role, state.HasGateway ? files.GatewayAddress(replica.Name) : null);
    }

    private void WriteJson(Utf8JsonWriter writer, IEnumerable<Row> rows)
    {
        writer.WriteStartArray();
        foreach (Row row in rows)
        {
            writer.WriteStartObject();
            if (_tellsGroups)
                writer.WriteNumber("group", row.Group.Number);
            writer.WriteString("name", row.Name);
            if (row.Pid is { } pid)
                writer.WriteNumber("pid", pid);
            else
                writer.WriteNull("pid");
            writer.WriteString("address", row.Address);
            writer.WriteString("dataDir", row.DataDirectory);
            writer.WriteString("role", row.Role);
            if (row.Gateway is { } gateway)
                writer.WriteString("gateway", gateway);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private sealed record Row(GroupId Group, string Name, int? Pid, string Address, string DataDirectory, string Role, string? Gateway);
}
