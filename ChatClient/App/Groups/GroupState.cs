using System.Text.Json;
using System.Text.Json.Nodes;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>What a directory knows of the group that was started in it: the file <c>group.json</c>.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Replicas">The replicas in the order of the member list.</param>
internal sealed record GroupState(Guid Cluster, IReadOnlyList<ReplicaRecord> Replicas)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "group.json";

    private const int Version = 1;
    private const string Replacing = "replacing";
    private const string Listens = "listen";

    /// <summary>How much the group holds, as words for the command line of each replica. All replicas have the same for as long as the group lives.</summary>
    public IReadOnlyList<string> MachineOptions { get; init; } = [];

    /// <summary>Which group of its cluster it is; <see cref="GroupId.None"/> for a group that is all there is.</summary>
    public GroupId Group { get; init; } = GroupId.None;

    /// <summary>The group when it is a shard: then it is named to the processes at its addresses, which may run replicas of others too. None otherwise.</summary>
    public GroupId Shard => Masters.Count > 0 ? Group : GroupId.None;

    /// <summary>How to connect to it.</summary>
    public ClientOptions ClientOptions => new() { Endpoints = Addresses, Cluster = Cluster, Group = Shard };

    /// <summary>Where the masters of its cluster listen; none unless it is a shard.</summary>
    public IReadOnlyList<string> Masters { get; init; } = [];

    /// <summary>Each replica has a gateway for clients; where, is in <see cref="GroupFiles.Gateway"/>. Of masters only.</summary>
    public bool HasGateway { get; init; }

    /// <summary>
    /// The shards whose replicas run in the same processes as those of this one, itself among them, ascending; none when it has processes of its own. What is of the processes (data, logs) then lies in the directory
    /// <see cref="GroupFiles.SharedName"/> beside those of the shards.
    /// </summary>
    public IReadOnlyList<GroupId> Together { get; init; } = [];

    /// <summary>How many points the shard was to have on the ring; null for as many as most have.</summary>
    public int? Points { get; init; }

    /// <summary>The addresses that are known, in the order of the member list.</summary>
    public IReadOnlyList<string> Addresses => [.. Replicas.Select(replica => replica.Address).Where(address => address.Length > 0)];

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="ReportedException">It cannot be understood, or what it says no group can be.</exception>
    public static GroupState? Read(string directory)
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
            GroupState state = new(
                root.GetProperty("cluster").GetGuid(),
                [.. root.GetProperty("replicas").EnumerateArray().Select(ReadReplica)])
            {
                MachineOptions = ReadWords(root, "machineOptions"),
                Group = root.TryGetProperty("group", out JsonElement group) ? new GroupId(group.GetInt32()) : GroupId.None,
                Masters = ReadWords(root, "masters"),
                Points = root.TryGetProperty("points", out JsonElement points) ? points.GetInt32() : null,
                HasGateway = root.TryGetProperty("gateway", out JsonElement gateway) && gateway.GetBoolean(),
                Together = root.TryGetProperty("together", out JsonElement together) ? [.. together.EnumerateArray().Select(static shard => new GroupId(shard.GetInt32()))] : [],
            };
            return state.Violation() is { } violation ? throw new ReportedException(ErrorKinds.BadState, $"{path}: {violation}") { Next = $"cat {ShellWord.Of(path)}" } : state;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ReportedException(ErrorKinds.BadState, $"{path}: {exception.Message}") { Next = $"cat {ShellWord.Of(path)}" };
        }
    }

    /// <summary>Writes the file in one step. What it holds besides stays in it.</summary>
    public void Write(string directory)
    {
        string path = Path.Combine(directory, FileName);
        JsonObject root = File.Exists(path) && JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject before ? before : [];
        root["version"] = Version;
        root["cluster"] = Cluster;
        if (MachineOptions.Count > 0)
            root["machineOptions"] = new JsonArray([.. MachineOptions.Select(static word => (JsonNode?)word)]);
        if (Group != GroupId.None)
            root["group"] = Group.Number;
        if (Masters.Count > 0)
            root["masters"] = new JsonArray([.. Masters.Select(static address => (JsonNode?)address)]);
        if (Points is { } points)
            root["points"] = points;
        if (HasGateway)
            root["gateway"] = true;
        if (Together.Count > 0)
            root["together"] = new JsonArray([.. Together.Select(static shard => (JsonNode?)shard.Number)]);
        JsonArray known = root["replicas"] as JsonArray ?? [];
        root["replicas"] = new JsonArray([.. Replicas.Select((replica, place) => Fill(known.ElementAtOrDefault(place)?.DeepClone() as JsonObject ?? [], replica))]);
        using (FileStream stream = File.Create(path + ".new"))
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true }))
            root.WriteTo(writer);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The state with one replica changed.</summary>
    public GroupState With(int index, ReplicaRecord replica) =>
        this with { Replicas = [.. Replicas.Select((old, place) => place == index ? replica : old)] };

    private string? Violation()
    {
        if (!GroupPlan.IsReplicaCount(Replicas.Count))
            return $"it names {Replicas.Count} replicas, and a group has 1, 3, 5 or 7";
        for (int index = 0; index < Replicas.Count; index++)
        {
            if (!string.Equals(Replicas[index].Name, $"r{index}", StringComparison.Ordinal))
                return $"replica {index} is called '{Replicas[index].Name}' instead of r{index}";
            if (Replicas[index].Address is { Length: > 0 } address && !NetworkAddress.IsDestination(address))
                return $"the address of r{index}, '{address}', is not host:port";
            if (Replicas[index].Listen is { } listen && !NetworkAddress.IsDestination(listen))
                return $"the address at which r{index} listens, '{listen}', is not host:port";
        }
        if (Group.Number is < 0 or > GroupId.Highest)
            return $"there is no group {Group.Number}";
        if (Masters.FirstOrDefault(static address => !NetworkAddress.IsDestination(address)) is { } wrong)
            return $"the address of a master, '{wrong}', is not host:port";
        if (Together.Count > 0 && (!Together.Contains(Group) || Masters.Count == 0))
            return $"{Group} is not one of the shards that run together";
        return (Group == GroupId.None || Group == GroupId.Masters) == (Masters.Count == 0) ? null : $"{Group} with {Masters.Count} masters is neither a shard nor the masters nor alone";
    }

    private static string[] ReadWords(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement words) ? [.. words.EnumerateArray().Select(static word => word.GetString() ?? "")] : [];

    private static ReplicaRecord ReadReplica(JsonElement element) => new(
        element.GetProperty("name").GetString() ?? "",
        element.GetProperty("address").GetString() ?? "",
        element.GetProperty("exists").GetBoolean(),
        element.GetProperty("pid").ValueKind == JsonValueKind.Null
            ? null
            : new ProcessIdentity(element.GetProperty("pid").GetInt32(), element.GetProperty("startTime").GetInt64()))
    {
        IsBeingReplaced = element.TryGetProperty(Replacing, out JsonElement replacing) && replacing.GetBoolean(),
        Listen = element.TryGetProperty(Listens, out JsonElement listen) ? listen.GetString() : null,
    };

    private static JsonObject Fill(JsonObject element, ReplicaRecord replica)
    {
        element["name"] = replica.Name;
        element["address"] = replica.Address;
        element["exists"] = replica.Exists;
        element["pid"] = replica.Process?.Pid;
        if (replica.Process is { } process)
            element["startTime"] = process.StartTime;
        else
            element.Remove("startTime");
        if (replica.IsBeingReplaced)
            element[Replacing] = true;
        else
            element.Remove(Replacing);
        if (replica.Listen is { } listen)
            element[Listens] = listen;
        else
            element.Remove(Listens);
        return element;
    }
}

/// <summary>What the state file of a group says of one replica.</summary>
/// <param name="Name">r0, r1, …; also the name of its data directory.</param>
/// <param name="Address">Where it is found; empty until it is known.</param>
/// <param name="Exists">It was ready once: its data directory must never be made anew.</param>
/// <param name="Process">
/// The process that was started last, for the moment until it holds its data directory; null when none was. Whether a replica runs, its
/// directory tells: <see cref="GroupProcesses"/>.
/// </param>
internal sealed record ReplicaRecord(string Name, string Address, bool Exists, ProcessIdentity? Process)
{
    /// <summary>
    /// It is being replaced: its data was moved aside, and what is in its directory, if anything is there yet, belongs to the newcomer. False again once the newcomer votes.
    /// </summary>
    public bool IsBeingReplaced { get; init; }

    /// <summary>Where it listens, when that is not where it is found (<see cref="GroupPlan.KnownAs"/>); null when it is.</summary>
    public string? Listen { get; init; }
}
