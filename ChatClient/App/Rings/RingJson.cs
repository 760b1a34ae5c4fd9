using System.Globalization;
using System.Text.Json;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.ChatClient.App.Rings;

/// <summary>A configuration for scripts: the shards, and all arcs as runs of one owner. Pure.</summary>
internal static class RingJson
{
    /// <summary>Writes the properties.</summary>
    public static void Write(Utf8JsonWriter writer, Configuration configuration)
    {
        writer.WriteNumber("configuration", configuration.Number);
        writer.WriteNumber("job", configuration.Job);
        writer.WriteString("hash", configuration.Hash.ToString("x16", CultureInfo.InvariantCulture));
        writer.WriteNumber("arcs", Arc.Count);
        writer.WriteStartArray("shards");
        foreach (ShardShare share in ShardShare.AllOf(configuration))
            WriteShard(writer, share);
        writer.WriteEndArray();
        writer.WriteStartArray("runs");
        foreach (ArcRun run in ArcRun.AllOf(configuration))
        {
            writer.WriteStartObject();
            writer.WriteNumber("first", run.First);
            writer.WriteNumber("count", run.Count);
            writer.WriteNumber("group", run.Owner.Number);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteShard(Utf8JsonWriter writer, ShardShare share)
    {
        writer.WriteStartObject();
        writer.WriteNumber("group", share.Shard.Group.Number);
        writer.WriteNumber("points", share.Shard.Points);
        writer.WriteNumber("arcs", share.Arcs);
        writer.WriteNumber("share", Math.Round(share.Share, 6));
        writer.WriteStartArray("addresses");
        foreach (string address in share.Shard.Addresses)
            writer.WriteStringValue(address);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
