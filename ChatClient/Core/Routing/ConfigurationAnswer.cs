using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Client.Core.Routing;

/// <summary>Reads what masters answer when they are asked for a configuration.</summary>
public static class ConfigurationAnswer
{
    /// <summary>The shards, for whoever asks each of them.</summary>
    /// <param name="answer">The encoded answer; empty when there are no masters.</param>
    /// <returns>Null when there are no masters: the one group that there is serves everything.</returns>
    /// <exception cref="WireFormatException">The bytes are no answer, or the answer has no configuration.</exception>
    public static ShardGroups? ShardsIn(ReadOnlySpan<byte> answer)
    {
        if (answer.IsEmpty)
            return null;
        Configuration configuration = ConfigurationIn(answer) ?? throw new WireFormatException("an answer of the masters has no configuration");
        return new ShardGroups(configuration.Number, [.. configuration.Shards.Select(static shard => shard.Group)]);
    }

    /// <summary>The configuration; null when the answer has none.</summary>
    /// <exception cref="WireFormatException">The bytes are no answer.</exception>
    internal static Configuration? ConfigurationIn(ReadOnlySpan<byte> answer)
    {
        ConfigurationResult result = ConfigurationResult.Decode(answer);
        return result.Configuration.IsEmpty ? null : Configuration.Decode(result.Configuration.Span);
    }
}

/// <summary>The groups that serve something, by a configuration.</summary>
/// <param name="Configuration">The number of the configuration.</param>
/// <param name="Groups">The groups, ascending; none in configuration 0.</param>
public sealed record ShardGroups(long Configuration, IReadOnlyList<GroupId> Groups);
