using System.CommandLine;
using System.Globalization;
using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.App;

/// <summary>The options that say of which groups a process runs replicas, and whether those are shards.</summary>
internal sealed class ShardOptions
{
    private readonly Option<string?> _groups = new("--group")
    {
        Description = $"Number of the group within its cluster, 1 to {GroupId.Highest - 1} (default: 1); needed with --masters. Several, as 1,2,5-8: the process runs a replica of each, on one log; "
            + $"{StoreOptions.MostGroups} at most",
        HelpName = "G",
    };

    private readonly Option<string?> _masters = new("--masters") { Description = "Addresses of the masters, host:port, with commas between: the groups are shards, and serve the arcs that they give them", HelpName = "LIST" };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_groups);
        command.Options.Add(_masters);
    }

    /// <summary>What a command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">Its other options.</param>
    /// <exception cref="InvalidOptionsException">A word is no number of a group or no address, or something is missing.</exception>
    public ShardPlace Of(ParseResult parsed, RunOptions run)
    {
        string? words = parsed.GetValue(_groups);
        IReadOnlyList<GroupId> groups = GroupsIn(words ?? "1");
        if (parsed.GetValue(_masters) is not { } masters)
            return new ShardPlace(groups, []);
        if (words is null)
            throw new InvalidOptionsException("--masters needs --group: the number of this shard, which no other one has or had");
        if (run.Creates(parsed) && run.ClusterOf(parsed) is null)
            throw new InvalidOptionsException("--masters with --create needs --cluster: the number of the masters' cluster, which all groups of it have");
        return new ShardPlace(groups, AddressesIn(masters));
    }

    private static List<GroupId> GroupsIn(string text)
    {
        List<GroupId> groups = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            int first = NumberIn(ends[0], text);
            int last = ends.Length == 1 ? first : NumberIn(ends[^1], text);
            if (ends.Length > 2 || last < first || last - first >= StoreOptions.MostGroups)
                throw new InvalidOptionsException($"--group: '{part}' is no range of up to {StoreOptions.MostGroups} groups, like 5-8");
            groups.AddRange(Enumerable.Range(first, last - first + 1).Select(static number => new GroupId(number)));
        }

        return groups.Count == groups.Distinct().Count() ? groups : throw new InvalidOptionsException($"--group: '{text}' names a group twice");
    }

    private static int NumberIn(string word, string text) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and < GroupId.Highest
            ? number
            : throw new InvalidOptionsException($"--group: '{(word.Length == 0 ? text : word)}' is no number of a group; they go from 1 to {GroupId.Highest - 1}");

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
