using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>What the answers of the replicas say together.</summary>
/// <param name="Replicas">The replicas as seen from outside.</param>
internal sealed record GroupReport(IReadOnlyList<ReplicaView> Replicas)
{
    /// <summary>How many places the group has, as its directory knows; null when only addresses are known.</summary>
    public int? Places { get; init; }

    /// <summary>The highest view that any of them is in; <see cref="View.None"/> when none answers.</summary>
    public View View => new(Replicas.Max(view => view.Status?.Status.View.Number ?? View.None.Number));

    /// <summary>The number of the newest member list that any of them has executed (rule 13); 0 when none answers.</summary>
    public long List => Replicas.Max(view => view.Status?.Status.List ?? 0);

    /// <summary>The replica that leads, hears a quorum and may trust its state, in the highest view if there are two that believe it; null when there is none.</summary>
    public ReplicaView? Primary => Replicas
        .Where(view => view.Role is "primary" && view.Status!.Status is { HearsQuorum: true, IsStateInDoubt: false })
        .MaxBy(view => view.Status!.Status.View.Number);

    /// <summary>A primary hears a quorum: a write would commit.</summary>
    public bool Serves => Primary is not null;

    /// <summary>The replica that says best how full the group is: the primary, or else the one that has executed most; null when none answers.</summary>
    public ReplicaView? Newest => Primary ?? Replicas.Where(view => view.Status is not null).MaxBy(view => view.Status!.Status.Executed.Number);

    /// <summary>The highest decided slot that any of them knows.</summary>
    public long HighestDecided => Replicas.Max(view => view.Status?.Status.Decided.Number ?? 0);

    /// <summary>The syncs that all replicas made since their start; null when one does not answer.</summary>
    public ulong? Syncs => Replicas.All(view => view.Status is not null)
        ? Replicas.Aggregate(0ul, (sum, view) => sum + view.Status!.Status.Syncs)
        : null;

    /// <summary>The group's number; 0 when none answers.</summary>
    public GroupId Group => Replicas.FirstOrDefault(view => view.Status is not null)?.Status!.Hello.Group ?? GroupId.None;

    /// <summary>The cluster; empty when none answers.</summary>
    public Guid Cluster => Replicas.FirstOrDefault(view => view.Status is not null)?.Status!.Hello.Cluster ?? Guid.Empty;

    /// <summary>Asks the replicas that are known, and then those that the newest member list among them names.</summary>
    /// <param name="endpoints">Whom to ask first.</param>
    /// <param name="group">The group that is meant; none for whichever answers there.</param>
    /// <param name="timeout">How long to wait for each.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<GroupReport> AskAsync(IReadOnlyList<string> endpoints, GroupId group, TimeSpan timeout, CancellationToken cancellation)
    {
        IReadOnlyList<ReplicaView> views = await ReplicaView.AskAllAsync(endpoints, group, timeout, cancellation);
        IReadOnlyList<string>? members = views.Where(view => view.Status is not null).MaxBy(view => view.Status!.Status.List)?.Status!.Status.Addresses;
        return new GroupReport(members is null || members.SequenceEqual(endpoints, StringComparer.Ordinal)
            ? views
            : await ReplicaView.AskAllAsync(members, group, timeout, cancellation));
    }
}
