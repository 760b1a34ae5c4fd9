using System.Text.Json;

namespace PaxosShard.Benchmarks.Scale.Groups;

/// <summary>What <c>px status --json</c> says of a group.</summary>
/// <param name="Primary">The name of its primary; null when there is none.</param>
/// <param name="StateBytes">Bytes of its state, at the replica that has most.</param>
internal sealed record GroupStatus(string? Primary, long StateBytes)
{
    /// <summary>Reads it.</summary>
    public static GroupStatus Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement group = document.RootElement.GetProperty("groups")[0];
        long bytes = group.GetProperty("replicas").EnumerateArray().Select(static replica => replica.TryGetProperty("stateBytes", out JsonElement state) ? state.GetInt64() : 0).DefaultIfEmpty().Max();
        return new GroupStatus(group.GetProperty("primary").GetString(), bytes);
    }
}
