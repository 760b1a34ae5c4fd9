using System.Globalization;
using System.Text;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Rings;

/// <summary>Of which arcs some keys or rooms are, and which shards have these. Pure.</summary>
/// <param name="configuration">The configuration.</param>
internal sealed class RingPlaces(Configuration configuration)
{
    /// <summary>For people: a line for each name.</summary>
    public Table Table(IEnumerable<string> names)
    {
        Table table = new("NAME", "ARC", "GROUP", "ADDRESSES");
        foreach (string name in names)
        {
            Shard? owner = OwnerOf(name, out Arc arc);
            table.Add(name, arc.Number.ToString(CultureInfo.InvariantCulture), owner?.Group.Number.ToString(CultureInfo.InvariantCulture) ?? "-", string.Join(',', owner?.Addresses ?? []));
        }

        return table;
    }

    /// <summary>For scripts: the properties for one name.</summary>
    public void Write(Utf8JsonWriter writer, string name)
    {
        Shard? owner = OwnerOf(name, out Arc arc);
        writer.WriteString("name", name);
        writer.WriteNumber("configuration", configuration.Number);
        writer.WriteNumber("arc", arc.Number);
        writer.WriteNumber("group", owner?.Group.Number ?? GroupId.None.Number);
        writer.WriteStartArray("addresses");
        foreach (string address in owner?.Addresses ?? [])
            writer.WriteStringValue(address);
        writer.WriteEndArray();
    }

    // Nobody has an arc before the first shard is added.
    private Shard? OwnerOf(string name, out Arc arc)
    {
        arc = Arc.Of(Encoding.UTF8.GetBytes(name));
        return configuration.Find(configuration.OwnerOf(arc));
    }
}
