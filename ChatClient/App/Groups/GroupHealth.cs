namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Whether a group is well, and how many more replicas it can lose and still decide, as far as its replicas tell. Pure.</summary>
internal sealed class GroupHealth
{
    /// <summary>A replica that lacks more decided slots than this has to catch up before it counts.</summary>
    public const long FarBehind = 1024;

    private const string Refused = "connection refused";

    private readonly string? _primary;
    private readonly Missing[] _missing;

    private GroupHealth(int replicaCount, string? primary, Missing[] missing)
    {
        ReplicaCount = replicaCount;
        _primary = primary;
        _missing = missing;
    }

    /// <summary>Places in the group.</summary>
    public int ReplicaCount { get; }

    /// <summary>How many have to take part for anything to be decided.</summary>
    public int Needed => (ReplicaCount / 2) + 1;

    /// <summary>Those that take part: they answer, vote, have the newest member list, hear a quorum and are not far behind.</summary>
    public int Up => ReplicaCount - _missing.Length;

    /// <summary>How many more can be lost; null when nothing can be decided even now.</summary>
    public int? CanLose => Up >= Needed ? Up - Needed : null;

    /// <summary>How well it is. A primary that serves knows better than whoever cannot reach the others.</summary>
    public Health Health => _primary is not null
        ? _missing.Length == 0 ? Health.Well : Health.Degraded
        : Up >= Needed ? Health.NoPrimary : Health.NoQuorum;

    /// <summary>The answer in one line: how well, how many are up, what can be lost, and who is missing and why.</summary>
    public string Line => ShortLine + string.Concat(_missing.Select(static one => $"; {one.Name}{(one.Address.Length > 0 ? $" ({one.Address})" : "")} {one.Why}"));

    /// <summary>The same without those who are missing.</summary>
    public string ShortLine => $"{Health.Text()}: " + Health switch
    {
        Health.Degraded when CanLose is null => $"{UpText} as seen from here, and {_primary} hears a quorum",
        Health.Well or Health.Degraded => $"{UpText}, can lose {CanLose}",
        Health.NoPrimary => $"{UpText}, and none of them serves yet",
        _ => IsCounted ? $"{UpText}, {Needed} needed" : "nobody answers",
    };

    /// <summary>The places of those that do not answer at all.</summary>
    public IReadOnlyList<string> Silent => [.. _missing.Where(static one => one.IsSilent).Select(static one => one.Name)];

    /// <summary>That many places are known; else only the addresses that were asked.</summary>
    private bool IsCounted { get; init; }

    private string UpText => $"{Up} of {ReplicaCount} up";

    /// <summary>What follows from a report. Of a group of which nobody answers, the addresses that were asked are all that is known.</summary>
    public static GroupHealth Of(GroupReport report)
    {
        int told = report.Replicas.Max(view => view.Status?.Status.ReplicaCount ?? 0);
        int count = told > 0 ? told : report.Places ?? report.Replicas.Count;
        List<Missing> missing = [];
        foreach (string name in Enumerable.Range(0, count).Select(static place => $"r{place}"))
        {
            ReplicaView[] views = [.. report.Replicas.Where(view => string.Equals(view.Name, name, StringComparison.Ordinal))];
            if (!Array.Exists(views, view => WhyNot(view, report) is null))
                missing.Add(views.Length == 0 ? new Missing(name, "", "is not known here", IsSilent: false) : new Missing(name, views[0].Address, WhyNot(views[0], report)!, views[0].Status is null));
        }
        return new GroupHealth(count, report.Primary?.Name, [.. missing]) { IsCounted = told > 0 || report.Places is not null };
    }

    /// <summary>Why a replica does not take part; null when it does.</summary>
    private static string? WhyNot(ReplicaView view, GroupReport report)
    {
        if (view.Status?.Status is not { } status)
            return view.Failure.StartsWith(Refused, StringComparison.Ordinal) ? "refused" : $"does not answer: {view.Failure}";
        if (!status.Votes)
            return "does not vote";
        if (status.List != report.List)
            return $"has member list {status.List} instead of {report.List}";
        if (!status.HearsQuorum && report.Serves) // Without a primary nobody hears a quorum: that is what is to be explained, and no reason.
            return "hears no quorum";
        long lag = report.HighestDecided - status.Decided.Number;
        return lag > FarBehind ? $"is {lag} slots behind" : null;
    }

    private sealed record Missing(string Name, string Address, string Why, bool IsSilent);
}
