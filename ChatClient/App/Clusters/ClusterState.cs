using System.Text.Json;
using System.Text.Json.Nodes;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>
/// What a directory knows of the cluster that was started in it: the file <c>cluster.json</c>. It is written before the first process of a group is started, and again when a shard has
/// left; what is known of each group lies in the group's own directory.
/// </summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Masters">How many replicas the masters have: 1 or 3.</param>
/// <param name="Replicas">How many replicas each shard has.</param>
/// <param name="Shards">The groups of the shards, ascending.</param>
internal sealed record ClusterState(Guid Cluster, int Masters, int Replicas, IReadOnlyList<GroupId> Shards)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "cluster.json";

    private const int Version = 1;
    private const int HighestPort = 65535;

    /// <summary>The port of the first master; the other masters and the replicas of the shards follow. Null: free ones.</summary>
    public int? BasePort { get; init; }

    /// <summary>Each master takes requests of clients too, at an address of its own.</summary>
    public bool HasGateway { get; init; }

    /// <summary>How much each shard holds, as words for the command line of its replicas.</summary>
    public IReadOnlyList<string> MachineOptions { get; init; } = [];

    /// <summary>With how many shards it was made; others may have come and left since. Null when that is not known.</summary>
    public int? FirstShards { get; init; }

    /// <summary>The shards with which it was made share processes: each runs a replica of every one of them. Others that come later have processes of their own.</summary>
    public bool IsTogether { get; init; }

    /// <summary>Shards that were here and have left, ascending. They are not started any more, and what still runs of them is shown and ended with the others.</summary>
    public IReadOnlyList<GroupId> Left { get; init; } = [];

    /// <summary>All groups, the masters first.</summary>
    public IReadOnlyList<GroupId> Groups => [GroupId.Masters, .. Shards];

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="ReportedException">It cannot be understood, or what it says no cluster can be.</exception>
    public static ClusterState? Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != Version)
                throw new ReportedException(ErrorKinds.BadState, $"{path} was written by another version") { Next = $"cat {ShellWord.Of(path)}" };
            ClusterState state = new(
                root.GetProperty("cluster").GetGuid(),
                root.GetProperty("masters").GetInt32(),
                root.GetProperty("replicas").GetInt32(),
                [.. root.GetProperty("shards").EnumerateArray().Select(static shard => new GroupId(shard.GetInt32()))])
            {
                BasePort = root.TryGetProperty("basePort", out JsonElement port) ? port.GetInt32() : null,
                MachineOptions = root.TryGetProperty("machineOptions", out JsonElement words) ? [.. words.EnumerateArray().Select(static word => word.GetString() ?? "")] : [],
                FirstShards = root.TryGetProperty("firstShards", out JsonElement first) ? first.GetInt32() : null,
                IsTogether = root.TryGetProperty("together", out JsonElement together) && together.GetBoolean(),
                HasGateway = root.TryGetProperty("gateway", out JsonElement gateway) && gateway.GetBoolean(),
                Left = root.TryGetProperty("left", out JsonElement left) ? [.. left.EnumerateArray().Select(static shard => new GroupId(shard.GetInt32()))] : [],
            };
            return state.Violation() is { } violation ? throw new ReportedException(ErrorKinds.BadState, $"{path}: {violation}") { Next = $"cat {ShellWord.Of(path)}" } : state;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ReportedException(ErrorKinds.BadState, $"{path}: {exception.Message}") { Next = $"cat {ShellWord.Of(path)}" };
        }
    }

    /// <summary>Writes the file in one step.</summary>
    public void Write(string directory)
    {
        string path = Path.Combine(directory, FileName);
        JsonObject root = new()
        {
            ["version"] = Version,
            ["cluster"] = Cluster,
            ["masters"] = Masters,
            ["replicas"] = Replicas,
            ["shards"] = new JsonArray([.. Shards.Select(static shard => (JsonNode?)shard.Number)]),
        };
        if (BasePort is { } port)
            root["basePort"] = port;
        if (MachineOptions.Count > 0)
            root["machineOptions"] = new JsonArray([.. MachineOptions.Select(static word => (JsonNode?)word)]);
        if (HasGateway)
            root["gateway"] = true;
        if (IsTogether)
            root["together"] = true;
        if (FirstShards is { } first)
            root["firstShards"] = first;
        if (Left.Count > 0)
            root["left"] = new JsonArray([.. Left.Select(static shard => (JsonNode?)shard.Number)]);
        using (FileStream stream = File.Create(path + ".new"))
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true }))
            root.WriteTo(writer);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The cluster with one shard more; the same when it has that shard.</summary>
    public ClusterState With(GroupId shard) => this with { Shards = Sorted([.. Shards, shard]), Left = [.. Left.Where(other => other != shard)] };

    /// <summary>The cluster when a shard has left; the same when it had left before.</summary>
    public ClusterState Without(GroupId shard) => this with { Shards = [.. Shards.Where(other => other != shard)], Left = Sorted([.. Left, shard]) };

    /// <summary>What is wanted of a group of this cluster.</summary>
    /// <param name="group">The group.</param>
    /// <param name="masters">Where the masters listen; none for the masters themselves.</param>
    /// <param name="isThere">It was started before: how many replicas it has, and where they listen, is in its own directory.</param>
    /// <param name="replicas">How many replicas it is to have; null for as many as such a group has here.</param>
    public GroupPlan PlanOf(GroupId group, IReadOnlyList<string> masters, bool isThere, int? replicas = null)
    {
        int usual = group == GroupId.Masters ? Masters : Replicas;
        return new GroupPlan
        {
            Together = IsOfTheFirst(group) ? TogetherAtFirst : [],
            Place = new ClusterPlace(Cluster, group, masters),
            Replicas = isThere ? replicas : replicas ?? usual,
            BasePort = isThere || (replicas ?? usual) != usual ? null : PortOf(group),
            MachineOptions = group == GroupId.Masters ? [] : MachineOptions,
            HasGateway = group == GroupId.Masters && HasGateway,
        };
    }

    /// <summary>A shard whose replicas run in the same processes as those of others.</summary>
    public bool IsOfTheFirst(GroupId group) => IsTogether && group.Number <= FirstShards;

    // Also one that has left: the processes were made for it, and their directories have it for as long as they live.
    private GroupId[] TogetherAtFirst => [.. Enumerable.Range(1, FirstShards ?? 0).Select(static number => new GroupId(number))];

    private static GroupId[] Sorted(IEnumerable<GroupId> groups) => [.. groups.Distinct().OrderBy(static group => group.Number)];

    // Null, which is a free port, also when the ports in a row have come to their end.
    private int? PortOf(GroupId group)
    {
        int? port = group == GroupId.Masters ? BasePort : BasePort + Masters + ((group.Number - 1) * Replicas);
        return port <= HighestPort - Limits.Replicas ? port : null;
    }

    private string? Violation()
    {
        if (!ClusterPlan.IsMasterCount(Masters))
            return $"it names {Masters} masters, and a cluster has 1 or 3";
        if (!GroupPlan.IsReplicaCount(Replicas))
            return $"it names {Replicas} replicas of each shard, and a group has 1, 3, 5 or 7";
        for (int index = 0; index < Shards.Count; index++)
        {
            int lowest = index == 0 ? 1 : Shards[index - 1].Number + 1;
            if (Shards[index].Number < lowest || Shards[index].Number >= GroupId.Masters.Number)
                return $"{Shards[index]} cannot be shard number {index + 1}";
        }

        return Shards.Count > 0 || Left.Count > 0 ? null : "it names no shard";
    }
}
