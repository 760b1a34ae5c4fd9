using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Posix;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>What a directory knows of the group that was started in it: the file <c>group.json</c>.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Replicas">The replicas in the order of the member list.</param>
internal sealed record GroupState(Guid Cluster, IReadOnlyList<ReplicaRecord> Replicas)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "group.json";

    private const int Version = 1;

    /// <summary>The addresses that are known, in the order of the member list.</summary>
    public IReadOnlyList<string> Addresses => [.. Replicas.Select(replica => replica.Address).Where(address => address.Length > 0)];

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="ReportedException">It cannot be understood.</exception>
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
                throw new ReportedException(ErrorKinds.BadState, $"{path} was written by another version");
            return new GroupState(
                root.GetProperty("cluster").GetGuid(),
                [.. root.GetProperty("replicas").EnumerateArray().Select(ReadReplica)]);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ReportedException(ErrorKinds.BadState, $"{path}: {exception.Message}");
        }
    }

    /// <summary>Writes the file in one step.</summary>
    public void Write(string directory)
    {
        string path = Path.Combine(directory, FileName);
        using (FileStream stream = File.Create(path + ".new"))
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("cluster", Cluster);
            writer.WriteStartArray("replicas");
            foreach (ReplicaRecord replica in Replicas)
                WriteReplica(writer, replica);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The state with one replica changed.</summary>
    public GroupState With(int index, ReplicaRecord replica) =>
        this with { Replicas = [.. Replicas.Select((old, place) => place == index ? replica : old)] };

    private static ReplicaRecord ReadReplica(JsonElement element) => new(
        element.GetProperty("name").GetString() ?? "",
        element.GetProperty("address").GetString() ?? "",
        element.GetProperty("exists").GetBoolean(),
        element.GetProperty("pid").ValueKind == JsonValueKind.Null
            ? null
            : new ProcessIdentity(element.GetProperty("pid").GetInt32(), element.GetProperty("startTime").GetInt64()));

    private static void WriteReplica(Utf8JsonWriter writer, ReplicaRecord replica)
    {
        writer.WriteStartObject();
        writer.WriteString("name", replica.Name);
        writer.WriteString("address", replica.Address);
        writer.WriteBoolean("exists", replica.Exists);
        if (replica.Process is { } process)
        {
            writer.WriteNumber("pid", process.Pid);
            writer.WriteNumber("startTime", process.StartTime);
        }
        else
        {
            writer.WriteNull("pid");
        }
        writer.WriteEndObject();
    }
}
