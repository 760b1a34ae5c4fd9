using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs.Keys;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs.Shards.Gates;

/// <summary>Closed gates for people and for scripts. Pure.</summary>
/// <param name="shards">The gates of each shard that was asked.</param>
/// <param name="configuration">Which shard has which arcs.</param>
/// <param name="isHex">Keys are shown as hexadecimal digits.</param>
internal sealed class GateList(IReadOnlyList<ShardGates> shards, Configuration configuration, bool isHex)
{
    // Enough to tell sessions apart; the whole number stands in the JSON.
    private const int SessionDigits = 8;

    /// <summary>How many there are, also those that are not in the list because there are so many.</summary>
    public int Count => shards.Sum(static shard => shard.Total);

    /// <summary>A key or room as a sentence names it.</summary>
    public static string NameOf(ClosedGate gate, bool isHex) => $"{(gate.IsRoom ? "room" : "key")} {KeyText.Excerpt(gate.Name.Span, isHex)}";

    /// <summary>A row for each.</summary>
    /// <param name="now">Milliseconds since 1970 UTC.</param>
    public Table ToTable(long now)
    {
        Table table = new("SHARD", "ON", "OPERATION", "SESSION", "WAITS FOR", "OF SHARD", "SINCE", "BEHIND IT");
        foreach (ShardGates shard in shards)
        {
            foreach (ClosedGate gate in shard.Gates)
            {
                table.Add(
                    Number(shard.Shard.Group.Number),
                    NameOf(gate, isHex),
                    Number(gate.Sequence.Number),
                    $"..{gate.Session.Number.ToString("x32", CultureInfo.InvariantCulture)[^SessionDigits..]}",
                    $"operation {gate.Predecessor.Number}",
                    Number(OwnerOf(gate).Number),
                    Spoken.Time(TimeSpan.FromMilliseconds(Math.Max(0, now - gate.Since))),
                    Number(gate.Behind));
            }
        }

        return table;
    }

    /// <summary>The properties of the object with all of them.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteNumber("total", Count);
        writer.WriteStartArray("gates");
        foreach (ShardGates shard in shards)
        {
            foreach (ClosedGate gate in shard.Gates)
                Write(writer, shard.Shard.Group, gate);
        }

        writer.WriteEndArray();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Write(Utf8JsonWriter writer, GroupId shard, ClosedGate gate)
    {
        writer.WriteStartObject();
        writer.WriteNumber("shard", shard.Number);
        KeyText.WriteJson(writer, gate.IsRoom ? "room" : "key", gate.Name.Span, isHex);
        writer.WriteString("session", gate.Session.Number.ToString("x32", CultureInfo.InvariantCulture));
        writer.WriteNumber("operation", gate.Sequence.Number);
        writer.WriteNumber("predecessor", gate.Predecessor.Number);
        writer.WriteNumber("predecessorArc", gate.PredecessorArc);
        writer.WriteNumber("predecessorShard", OwnerOf(gate).Number);
        writer.WriteNumber("since", gate.Since);
        writer.WriteNumber("behind", gate.Behind);
        writer.WriteBoolean("opens", gate.IsToOpen);
        writer.WriteEndObject();
    }

    private GroupId OwnerOf(ClosedGate gate) => configuration.OwnerOf(new Arc(gate.PredecessorArc));
}
