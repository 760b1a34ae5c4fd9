using System.Text;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Rings;
using PaxosShard.ChatClient.App.Verbs.Keys;
using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Demo;

/// <summary>What can be done to the masters and shards behind a demo.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="keys">Its keys.</param>
/// <param name="latest">The latest configuration at the beginning.</param>
internal sealed class ClusterCommands(DemoCluster cluster, KeyClient keys, Configuration latest) : DemoCommands(_all, cluster.Shell)
{
    private static readonly Entry[] _all =
    [
        new("\\kill primary", "kill the primary of the shard that has this room, as kill -9 does"),
        new("\\kill master", "kill the primary of the masters"),
        new("\\kill shard-N/rN", "kill that replica; masters/rN: that master"),
        new("\\restart", "start what is down"),
        new("\\add-shard", "start one shard more, and move its part of the arcs to it"),
        new("\\remove-shard N", "move the arcs of shard N to the others, and end it"),
        new("\\shards", "how many arcs each shard has, and which one has this room"),
        new("\\status", "are they well? The replicas of all groups, their roles and slots"),
        new("\\put KEY VALUE", "store a value"),
        new("\\get KEY", "show a value"),
        new("\\help", "this list"),
    ];

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    // Shards come and go one at a time, and nothing is started in between.
    private int _isAtWork;

    // While no master answers, who is asked for a room is what was known last.
    private Configuration _known = latest;

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>?> FindAsync(string[] words, DemoCall call, CancellationToken cancellation) => words switch
    {
        ["\\kill", "primary"] => [await KillPrimaryAsync(call.Room, cancellation)],
        ["\\kill", "master"] => [await ControlOf(GroupId.Masters).KillPrimaryAsync(cancellation)],
        ["\\kill", var name] => [await KillAsync(name, cancellation)],
        ["\\kill"] => ["\\kill primary, \\kill master, or \\kill shard-1/r0"],
        ["\\restart"] => await AloneAsync(() => RestartAsync(cancellation)),
        ["\\add-shard"] => await AloneAsync(() => AddAsync(call.Tell, cancellation)),
        ["\\remove-shard", var shard] => await AloneAsync(() => RemoveAsync(shard, call.Tell, cancellation)),
        ["\\remove-shard"] => ["\\remove-shard N; \\shards says which there are"],
        ["\\shards"] => await DescribeShardsAsync(call.Room, cancellation),
        ["\\status"] => await DescribeAsync(cancellation),
        ["\\put", var key, ..] => [await PutAsync(key, call.Line, cancellation)],
        ["\\put"] => ["\\put KEY VALUE"],
        ["\\get", var key] => [await GetAsync(key, cancellation)],
        ["\\get"] => ["\\get KEY"],
        _ => null,
    };

    private static GroupId OwnerOf(Configuration configuration, string name) => configuration.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(name)));

    private async Task<IReadOnlyList<string>> AloneAsync(Func<Task<IReadOnlyList<string>>> work)
    {
        if (Interlocked.Exchange(ref _isAtWork, 1) != 0)
            return ["a command before this one is at work; nothing was done"];
        try
        {
            return await work();
        }
        finally
        {
            Volatile.Write(ref _isAtWork, 0);
        }
    }

    private GroupControl ControlOf(GroupId group) => new(cluster.GroupOf(group), $"{ClusterFiles.NameOf(group)}/");

    private async Task<Configuration> ReadLatestAsync(CancellationToken cancellation)
    {
        try
        {
            return _known = await PlacementCalls.ReadLatestAsync(cluster.ClientOptions with { RequestTimeout = _patience }, cancellation);
        }
        catch (NotAppliedException)
        {
            return _known;
        }
    }

    private async Task<string> KillPrimaryAsync(string? room, CancellationToken cancellation) => room is null
        ? "join a room first, so that it is known which shard is meant: /join R"
        : await ControlOf(OwnerOf(await ReadLatestAsync(cancellation), room)).KillPrimaryAsync(cancellation);

    private async Task<string> KillAsync(string name, CancellationToken cancellation)
    {
        string[] parts = name.Split('/');
        GroupId[] groups = [.. cluster.State.Groups.Where(group => string.Equals(ClusterFiles.NameOf(group), parts[0], StringComparison.OrdinalIgnoreCase))];
        if (groups.Length == 0 || parts.Length != 2)
            return $"there is no replica '{name}'; the groups are {string.Join(", ", cluster.State.Groups.Select(ClusterFiles.NameOf))}, and their replicas {ClusterFiles.NameOf(cluster.State.Groups[^1])}/r0 and so on";
        return await ControlOf(groups[0]).KillAsync(parts[1], cancellation);
    }

    private async Task<IReadOnlyList<string>> RestartAsync(CancellationToken cancellation)
    {
        string[] down = [.. cluster.State.Groups.SelectMany(Down)];
        if (down.Length == 0)
            return ["all replicas run"];
        await cluster.RestartAsync(cancellation);
        return [$"started {string.Join(", ", down)}"];
    }

    private IEnumerable<string> Down(GroupId group)
    {
        LocalGroup local = cluster.GroupOf(group);
        return local.State.Replicas.Where(replica => !local.IsAlive(replica)).Select(replica => $"{ClusterFiles.NameOf(group)}/{replica.Name}");
    }

    private async Task<IReadOnlyList<string>> AddAsync(Action<string> tell, CancellationToken cancellation)
    {
        ShardTarget target = TargetOf(tell);
        await new ShardAddition(target, new JobCall(target, isAwaited: true, isBarrier: false)).RunAsync(wanted: null, members: null, isDry: false, cancellation);
        return [];
    }

    private async Task<IReadOnlyList<string>> RemoveAsync(string shard, Action<string> tell, CancellationToken cancellation)
    {
        ShardTarget target = TargetOf(tell);
        await new ShardRemoval(target, new JobCall(target, isAwaited: true, isBarrier: false)).RunAsync(ShardWords.ParseShard(shard), keepsRunning: false, isDry: false, cancellation);
        return [];
    }

    // What the verb would print goes to the user line by line; nobody rewrites lines between those of a chat.
    private ShardTarget TargetOf(Action<string> tell)
    {
        void TellAll(string text)
        {
            foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                tell(line);
        }

        Shell shell = new(bytes => TellAll(Encoding.UTF8.GetString(bytes.Span)), TellAll, name => string.Equals(name, "TERM", StringComparison.Ordinal) ? null : cluster.Variable(name));
        return new ShardTarget(shell, cluster.ClientOptions, cluster.Files, $" --dir {cluster.Files.Root}", IsJson: false);
    }

    private async Task<IReadOnlyList<string>> DescribeShardsAsync(string? room, CancellationToken cancellation)
    {
        Configuration present = await ReadLatestAsync(cancellation);
        List<string> lines =
        [
            $"configuration {present.Number}:",
            .. ShardShare.AllOf(present).Select(static share => $"{ClusterFiles.NameOf(share.Shard.Group)}  {JobText.Arcs(share.Arcs)}  {share.ShareText}"),
        ];
        if (room is not null)
            lines.Add($"{ClusterFiles.NameOf(OwnerOf(present, room))} has the room {room}");
        return lines;
    }

    private async Task<IReadOnlyList<string>> DescribeAsync(CancellationToken cancellation)
    {
        IReadOnlyList<string>[] groups = await Task.WhenAll(cluster.State.Groups.Select(group => DescribeAsync(group, cancellation)));
        return [.. groups.SelectMany(static lines => lines)];
    }

    private async Task<IReadOnlyList<string>> DescribeAsync(GroupId group, CancellationToken cancellation)
    {
        GroupReport report = await cluster.GroupOf(group).AskAsync(cancellation);
        return [.. ControlOf(group).Describe(report)];
    }

    private async Task<string> PutAsync(string key, string line, CancellationToken cancellation)
    {
        // The value is the rest of the line as it was typed.
        int at = line.IndexOf(key, "\\put".Length, StringComparison.Ordinal) + key.Length;
        byte[] value = Encoding.UTF8.GetBytes(line[at..].TrimStart());
        await keys.PutAsync(Encoding.UTF8.GetBytes(key), value, cancellation);
        return $"{key} = {KeyText.Excerpt(value, isHex: false)}";
    }

    private async Task<string> GetAsync(string key, CancellationToken cancellation) =>
        await keys.GetAsync(Encoding.UTF8.GetBytes(key), cancellation) is { } value ? $"{key} = {KeyText.Excerpt(value.Span, isHex: false)}" : $"there is no key {key}";
}
