using System.CommandLine;
using PaxosShard.Replica.Hosting;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.App;

/// <summary>The options that say of which group a replica is, and whether that is a shard.</summary>
internal sealed class ShardOptions
{
    private readonly Option<int?> _group = new("--group") { Description = $"Number of the group within its cluster, 1 to {GroupId.Highest - 1}. Default: 1. Needed with --masters." };
    private readonly Option<string?> _masters = new("--masters") { Description = "The masters as host:port, separated by commas: the group is a shard, and serves the arcs that they give it." };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_group);
        command.Options.Add(_masters);
    }

    /// <summary>What a command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">Its other options.</param>
    /// <exception cref="InvalidOptionsException">A word is no number of a group or no address, or something is missing.</exception>
    public ShardPlace Of(ParseResult parsed, RunOptions run)
    {
        int? number = parsed.GetValue(_group);
        if (number is < 1 or >= GroupId.Highest)
            throw new InvalidOptionsException($"--group: {number} is no number of a group; they go from 1 to {GroupId.Highest - 1}");
        GroupId group = new(number ?? 1);
        if (parsed.GetValue(_masters) is not { } masters)
            return new ShardPlace(group, []);
        if (number is null)
            throw new InvalidOptionsException("--masters needs --group: the number of this shard, which no other one has or had");
        if (run.Creates(parsed) && run.ClusterOf(parsed) is null)
            throw new InvalidOptionsException("--masters with --create needs --cluster: the number of the masters' cluster, which all groups of it have");
        return new ShardPlace(group, AddressesIn(masters));
    }

    private static string[] AddressesIn(string text)
    {
        string[] addresses = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (addresses.Length is 0 or > Limits.Replicas)
            throw new InvalidOptionsException($"--masters names 1 to {Limits.Replicas} addresses");
        return Array.Find(addresses, static address => !NetworkAddress.IsDestination(address)) is { } bad
            ? throw new InvalidOptionsException($"--masters: '{bad}' is not an address like 127.0.0.1:7000")
            : addresses;
    }
}
