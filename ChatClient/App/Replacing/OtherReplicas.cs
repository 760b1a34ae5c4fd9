using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Replacing;

/// <summary>The replicas of a group besides the one that is replaced: they decide the replacement, so a quorum of the group has to be among them.</summary>
internal sealed class OtherReplicas
{
    private readonly GroupReport _report;

    private OtherReplicas(ReplicaId replica, GroupReport report, Guid cluster)
    {
        _report = report;
        Cluster = cluster != Guid.Empty ? cluster : report.Newest?.Status!.Hello.Cluster ?? Guid.Empty;
        ReplicaView[] members = [.. report.Replicas.Where(view => view.Status is { Status.Votes: true } status && status.Hello.Cluster == Cluster)];
        Voting = [.. members.Where(view => view.Status!.Status.Self != replica).DistinctBy(view => view.Status!.Status.Self)];
        ReplicaCount = Voting.Select(view => view.Status!.Status.ReplicaCount).DefaultIfEmpty(0).Max();
        List = Voting.Select(view => view.Status!.Status.List).DefaultIfEmpty(0).Max();
        InPlace = Array.Find(members, view => view.Status!.Status.Self == replica && view.Status.Status.List >= List);
    }

    /// <summary>The cluster; empty when nobody answers and none was named.</summary>
    public Guid Cluster { get; }

    /// <summary>Those of them that answer and vote.</summary>
    public IReadOnlyList<ReplicaView> Voting { get; }

    /// <summary>Places in the group; 0 when nobody answers.</summary>
    public int ReplicaCount { get; }

    /// <summary>The number of the newest member list that one of them has executed.</summary>
    public long List { get; }

    /// <summary>The one that has the place now, as far as the others know, if it answers and votes; else null.</summary>
    public ReplicaView? InPlace { get; }

    /// <summary>How many replicas have to take part for anything to be decided.</summary>
    public int Quorum => (ReplicaCount / 2) + 1;

    /// <summary>They can decide without the one that is replaced.</summary>
    public bool AreEnough => ReplicaCount > 0 && Voting.Count >= Quorum;

    /// <summary>Where the members listen, by place, as a voting replica with the newest list says; empty when none votes.</summary>
    public IReadOnlyList<string> Members => Voting.Select(view => view.Status!.Status).MaxBy(status => status.List)?.Addresses ?? [];

    /// <summary>The addresses of all replicas of the group, whether they answer or not.</summary>
    public IReadOnlyList<string> Addresses => [.. _report.Replicas.Select(view => view.Address).Where(NetworkAddress.IsDestination).Distinct(StringComparer.Ordinal)];

    /// <summary>Who answers and votes, and why not the rest.</summary>
    public string Description
    {
        get
        {
            string failures = string.Join("; ", _report.Replicas.Where(view => view.Status is null).Select(view => $"{view.Address}: {view.Failure}"));
            string who = Voting.Count == 0
                ? "none of the others answers and votes"
                : $"{Quorum} others that vote are needed, and there is only {string.Join(", ", Voting.Select(view => view.Name))}";
            return failures.Length == 0 ? who : $"{who} ({failures})";
        }
    }

    /// <summary>Asks them.</summary>
    /// <param name="replica">The place that is not theirs.</param>
    /// <param name="endpoints">Whom to ask first.</param>
    /// <param name="group">The group that is meant; none for whichever answers there.</param>
    /// <param name="cluster">The cluster; empty for that of the replicas that answer.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<OtherReplicas> AskAsync(ReplicaId replica, IReadOnlyList<string> endpoints, GroupId group, Guid cluster, CancellationToken cancellation) =>
        new(replica, await GroupReport.AskAsync(endpoints, group, Replacement.Patience, cancellation), cluster);
}
