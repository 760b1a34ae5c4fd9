using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Verbs.Shards.Gates;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Checks;

/// <summary>Judges whether operations wait for other shards longer than these take to tell what they know. Pure.</summary>
internal static class GateCheck
{
    /// <summary>As long as the failover of both shards takes, and some more.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Judges all shards together. Those that do not answer are told of by other checks.</summary>
    /// <param name="shards">The closed gates of each shard that answers.</param>
    /// <param name="now">Milliseconds since 1970 UTC.</param>
    public static CheckLine Judge(IReadOnlyList<(GroupId Shard, GatesResult Gates)> shards, long now)
    {
        (GroupId Shard, ClosedGate Gate)[] late =
            [.. shards.SelectMany(static shard => shard.Gates.Gates.Select(gate => (shard.Shard, gate))).Where(known => now - known.gate.Since > _patience.TotalMilliseconds).OrderBy(static known => known.gate.Since)];
        if (late is not [(GroupId shard, ClosedGate oldest), ..])
            return new CheckLine("gates", IsWell: true, "no operation waits for another shard for long");
        string name = GateList.NameOf(oldest, isHex: false);
        string time = Spoken.Time(TimeSpan.FromMilliseconds(now - oldest.Since));
        string text = $"{Spoken.Count(late.Length, "operation")} {(late.Length == 1 ? "waits" : "wait")} for another shard, that on {name} of {ClusterFiles.NameOf(shard)} since {time}: px shard gate tells more";
        return new CheckLine("gates", IsWell: false, text);
    }
}
