using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>Asks the replicas of a group themselves, past the client: while nobody leads, what is known of the group, and afterwards who leads.</summary>
/// <param name="options">How the client connects.</param>
/// <param name="directory">The directory of the group or cluster on this machine; null when only addresses are known.</param>
internal sealed class OutageLook(ClientOptions options, string? directory)
{
    // Who is asked is on its own, or down: a person waits for the answer.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    /// <summary>A look at a group that lost its primary.</summary>
    /// <param name="lost">What was lost.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What is known of it, in one line; null when nothing is, or when it is led again.</returns>
    public async Task<string?> DescribeAsync(ConnectionChange lost, CancellationToken cancellation)
    {
        GroupReport first = await GroupReport.AskAsync(options.Endpoints, options.Group, _patience, cancellation);
        bool isFirst = first.Group == lost.Group || (first.Group == GroupId.None && options.Endpoints.Contains(lost.Address, StringComparer.Ordinal));
        if (isFirst)
            return Line(first with { Places = directory is null ? null : options.Endpoints.Count }, lost.Group == GroupId.Masters ? GroupId.Masters : GroupId.None);
        if (first.Group != GroupId.Masters || await AddressesAsync(lost.Group, cancellation) is not { Count: > 0 } addresses)
            return null;
        GroupReport report = await GroupReport.AskAsync(addresses, lost.Group, _patience, cancellation);
        return Line(report with { Places = addresses.Count }, lost.Group);
    }

    /// <summary>The name of a replica that leads, of a cluster with its group in front of it; its address when it does not say.</summary>
    /// <param name="change">The change that made it the primary.</param>
    /// <param name="isShard">The group is a shard of a cluster.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<string> NameAsync(ConnectionChange change, bool isShard, CancellationToken cancellation)
    {
        string group = isShard || change.Group == GroupId.Masters ? $"{ClusterFiles.NameOf(change.Group)}/" : "";
        try
        {
            ReplicaStatus status = await ChatLogClient.StatusAsync(change.Address, change.Group, _patience, cancellation);
            return $"{group}{status.Status.Self}";
        }
        catch (UnavailableException)
        {
            return $"{group}{change.Address}";
        }
    }

    private static string? Line(GroupReport report, GroupId named)
    {
        GroupHealth health = GroupHealth.Of(report);
        return health.Health is Health.NoPrimary or Health.NoQuorum
            ? $"{(named == GroupId.None ? "" : $"{ClusterFiles.NameOf(named)}: ")}{health.Line}; trying"
            : null;
    }

    private async Task<IReadOnlyList<string>> AddressesAsync(GroupId group, CancellationToken cancellation)
    {
        try
        {
            Configuration latest = await PlacementCalls.ReadLatestAsync(options with { RequestTimeout = _patience }, cancellation);
            return latest.Find(group)?.Addresses ?? [];
        }
        catch (NotAppliedException)
        {
            return [];
        }
    }
}
